"""Keeps what has travelled of a remote object, so that no byte of it travels twice.

A packed part can only be unpacked from its start, and an attempt may end in the middle: at the
end of a slice, by a deploy, by a crash. The next one unpacks again from this copy on the disk.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from imports.errors import IncompleteDownload
from imports.pipeline import spool

_COPY = "object"
_MARKS = "held"
_FORGOTTEN = "forgotten_once"
_BLOCK = 256 << 10
_BUFFER = 1 << 20


def open_hoard(file: BinaryIO, *, size: int, folder: Path) -> io.BufferedReader:
    """Open a file that reads from the copy what it can, and the rest from the remote file."""
    return io.BufferedReader(_Hoard(file, size=size, folder=folder), buffer_size=_BUFFER)


def is_local(file: BinaryIO) -> bool:
    """Tell whether a file lies on this machine, so that nothing of it travels."""
    try:
        file.fileno()
    except io.UnsupportedOperation:
        return False
    return True


def forget_once(folder: Path) -> bool:
    """Empty the spool of what may be a damaged download.

    False if nothing has travelled, or if this was done before: then it is the object itself.
    """
    etag = spool.version_of(folder)
    mark = folder / _FORGOTTEN
    if etag is None or mark.exists() or not (folder / _COPY).exists():
        return False
    spool.remove_folder(folder)
    spool.prepare(folder, etag=etag)
    mark.touch()
    return True


def drop(folder: Path) -> None:
    """Give the room back once the parts are complete."""
    (folder / _MARKS).unlink(missing_ok=True)
    (folder / _COPY).unlink(missing_ok=True)


class _Hoard(io.RawIOBase):
    """A sparse copy, and a file with one byte for each of its blocks: 1 if it is there."""

    def __init__(self, file: BinaryIO, *, size: int, folder: Path) -> None:
        super().__init__()
        self._file = file
        self._size = size
        self._at = 0
        self._copy = _open(folder / _COPY)
        self._marks = _open(folder / _MARKS)
        blocks = -(-size // _BLOCK)
        self._held = bytearray(self._marks.read(blocks)).ljust(blocks, b"\0")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number = self._at // _BLOCK
        if not self._held[number]:
            self._fetch(number)
        rest = min((number + 1) * _BLOCK, self._size) - self._at
        self._copy.seek(self._at)
        piece = self._copy.read(min(rest, len(buffer)))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._copy.close()
        self._marks.close()
        super().close()

    def _fetch(self, number: int) -> None:
        """Store a block, then mark it: a crash in between costs the block, nothing else."""
        start = number * _BLOCK
        length = min(_BLOCK, self._size - start)
        self._file.seek(start)
        block = self._file.read(length)
        if len(block) < length:
            raise IncompleteDownload
        self._copy.seek(start)
        spool.write_whole(self._copy, block)
        self._marks.seek(number)
        spool.write_whole(self._marks, b"\1")
        self._held[number] = 1


def _open(path: Path) -> io.FileIO:
    path.touch()
    return path.open("r+b", buffering=0)
