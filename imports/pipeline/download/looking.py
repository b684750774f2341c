"""Opens the export, and remembers which files of it have been looked into.

A ZIP whose files have names that nobody knows may hold twenty thousand of them, each far from the
next: looking into them takes longer than a stage may be silent, and longer than a slice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from imports.formats import Container, Limits, open_step_by_step
from imports.ports import Progress

_LOOKED = "looked"
_DUE_SECONDS = 1.0


def look(
    file: BinaryIO, *, size: int, limits: Limits, folder: Path
) -> Generator[Progress, None, Container]:
    """Open the export; yield from time to time while its files are looked into.

    :raises ExportFailure: the file is none that we read
    """
    with _remembering(folder / _LOOKED) as looked:
        opening = open_step_by_step(file, size=size, limits=limits, looked=looked)
        due_at = time.monotonic() + _DUE_SECONDS
        while True:
            try:
                next(opening)
            except StopIteration as end:
                container: Container = end.value
                return container
            if time.monotonic() >= due_at:
                due_at = time.monotonic() + _DUE_SECONDS
                yield Progress(done=len(looked), total=0, unit="files")


@contextmanager
def _remembering(path: Path) -> Generator[dict[int, bool]]:
    """Give what an earlier attempt has found out; whatever is added is kept for the next one."""
    known: dict[int, bool] = {}
    # There is nothing before the first one, and perhaps half a file from one that died.
    with suppress(FileNotFoundError, ValueError):
        known = {
            int(offset): holds for offset, holds in json.loads(path.read_bytes()).items()
        }
    looked = dict(known)
    try:
        yield looked
    finally:
        if looked != known:
            path.write_text(json.dumps(looked))
