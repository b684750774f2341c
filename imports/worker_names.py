"""How worker processes are called: by host and process id, as the console shows them."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def own() -> str:
    """Name this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_in_group(name: str, *, group: int) -> bool:
    """Tell whether a process of this name lives here and belongs to a process group."""
    host, _, pid = name.rpartition(":")
    if host != socket.gethostname():
        return False
    with suppress(ProcessLookupError):
        return os.getpgid(int(pid)) == group
    return False
