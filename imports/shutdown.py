"""Tells a worker process that it should hand its work back, and the supervisor who is left.

The supervisor holds the write end of a pipe and every process of its cluster inherits the read
end. When the supervisor wants to drain, or dies in whatever way, the write end closes and all of
them see the end of the file: no signal can be missed and no file is left behind.

A second pipe goes the other way: whatever should be waited for inherits its write end, and the
supervisor sees the end of the file when the last of them is gone.
"""

from __future__ import annotations

import os
import select

VARIABLE = "SOULPRINT_SHUTDOWN_FD"
LINGERING = "SOULPRINT_LINGERING_FD"


def is_requested() -> bool:
    """Tell whether the supervisor drains or is gone; never true outside a cluster."""
    pipe = os.environ.get(VARIABLE)
    if not pipe:
        return False
    readable, _, _ = select.select([int(pipe)], [], [], 0)
    return bool(readable)


def is_watched() -> bool:
    """Tell whether this process is part of a cluster."""
    return bool(os.environ.get(VARIABLE))


def wait() -> None:
    """Block until the supervisor drains or is gone."""
    os.read(int(os.environ[VARIABLE]), 1)


def lingering() -> list[int]:
    """Give what a child has to inherit so that the supervisor waits for it; nothing outside a cluster."""
    pipe = os.environ.get(LINGERING)
    return [int(pipe)] if pipe else []
