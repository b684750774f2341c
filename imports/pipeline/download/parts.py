"""Writes the parts; both ways go on from a part that an earlier attempt left half written."""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from imports.errors import IncompleteDownload
from imports.pipeline import spool

_BLOCK = 256 << 10
_FLUSHED_BYTES = 32 << 20


def grow(path: Path, file: BinaryIO, *, size: int) -> Generator[None]:
    """Copy a plain file from where its copy ends; yield after each block.

    :raises IncompleteDownload: the file is shorter than its size
    """
    with _open(path) as part:
        at = part.seek(0, io.SEEK_END)
        file.seek(at)
        while at < size:
            block = file.read(min(_BLOCK, size - at))
            if not block:
                raise IncompleteDownload
            spool.write_whole(part, block)
            at += len(block)
            yield


def compare(path: Path, blocks: Iterable[bytes]) -> Generator[None]:
    """Write what is not there yet; yield after each block, compared or written.

    Nothing is cut off before the end: whoever else writes here, late and without the lease,
    writes the same. A block is written while the next one is unpacked, and what was written goes
    to the disk meanwhile, so that there is little to wait for at the end.
    """
    with _open(path) as part, ThreadPoolExecutor(2, thread_name_prefix="writer") as writers:
        at = flushed_until = 0
        written: Future[None] | None = None
        flushed: Future[None] | None = None
        for block in blocks:
            if written:
                written.result()
            written = writers.submit(_put, part, block, at=at)
            at += len(block)
            if at - flushed_until >= _FLUSHED_BYTES:
                if flushed:
                    flushed.result()
                flushed = writers.submit(os.fsync, part.fileno())
                flushed_until = at
            yield
        for pending in (written, flushed):
            if pending:
                pending.result()
        part.truncate(at)


def _put(part: io.FileIO, block: bytes, *, at: int) -> None:
    if part.read(len(block)) != block:
        part.seek(at)
        spool.write_whole(part, block)


@contextmanager
def _open(path: Path) -> Iterator[io.FileIO]:
    """Open for both; a part that was written to its end is durable when this is left."""
    path.touch()
    with path.open("r+b", buffering=0) as part:
        yield part
        os.fsync(part.fileno())
