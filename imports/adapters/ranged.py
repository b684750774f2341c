"""A file that is far away: seekable like any other, and only what is read of it travels.

A jump fetches little, as the directory of a ZIP asks for; reading on fetches ever larger windows.
"""

from __future__ import annotations

import io
from typing import IO, Protocol

from imports.adapters.ranges import RangeIgnored

_SMALL = 64 << 10
_FIRST_WINDOW = 1 << 20
_LARGEST_WINDOW = 8 << 20
# What is kept for reading it again, the newest window included.
_MOST_BLOCKS = 6
_MOST_HELD_BYTES = 10 << 20


class Stretches(Protocol):
    """Where the bytes come from."""

    @property
    def size(self) -> int: ...

    def fetch(self, start: int, stop: int) -> bytes | bytearray:
        """Fetch from ``start``: at least one byte, and no more than up to ``stop``."""

    def fetch_whole(self) -> IO[bytes]:
        """Fetch everything into a file, if stretches cannot be had."""


def open_ranged(stretches: Stretches) -> io.BufferedReader:
    """Open a remote object as a buffered file; closing it frees everything."""
    return io.BufferedReader(RangedFile(stretches), buffer_size=_SMALL)


class RangedFile(io.RawIOBase):
    """The unbuffered file below; it keeps the last few blocks."""

    def __init__(self, stretches: Stretches) -> None:
        super().__init__()
        self._stretches = stretches
        self._at = 0
        self._blocks: dict[int, bytes | bytearray] = {}  # by position, latest used last
        self._read_on_at: int | None = None  # where the last fetched block ends
        self._window = 0
        self._whole: IO[bytes] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stretches.size}
        if base[whence] + offset < 0:
            raise ValueError("the position lies before the start")
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer, say the stubs
        wanted = min(len(buffer), self._stretches.size - self._at)
        if wanted <= 0:
            return 0
        piece = self._read(wanted)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._blocks.clear()
        if self._whole:
            self._whole.close()
        super().close()

    def _read(self, wanted: int) -> bytes | memoryview:
        if self._whole is None:
            try:
                return self._from_blocks(wanted)
            except RangeIgnored:
                self._blocks.clear()
                self._whole = self._stretches.fetch_whole()
        self._whole.seek(self._at)
        return self._whole.read(wanted)

    def _from_blocks(self, wanted: int) -> memoryview:
        start = self._held()
        if start is None:
            start = self._fetch(wanted)
        block = self._blocks[start] = self._blocks.pop(start)  # the latest used is last
        return memoryview(block)[self._at - start :][:wanted]

    def _held(self) -> int | None:
        """Find the block that holds the present position."""
        for start, block in self._blocks.items():
            if start <= self._at < start + len(block):
                return start
        return None

    def _fetch(self, wanted: int) -> int:
        """Fetch the block that begins at the present position, or a little before it."""
        if self._is_reading_on():
            start = self._at
            self._window = min(max(self._window * 2, _FIRST_WINDOW), _LARGEST_WINDOW)
        else:
            start = self._at - self._at % _SMALL
            self._window = _SMALL
        stop = min(max(start + self._window, self._at + wanted), self._stretches.size)
        if self._stretches.size - stop < _SMALL:
            stop = self._stretches.size
        self._make_room(stop - start)
        while True:
            block = self._stretches.fetch(start, stop)
            if start + len(block) > self._at:
                break
            start += len(block)  # a slow server gave less than the step back to the grid
        self._blocks[start] = block
        self._read_on_at = start + len(block)
        return start

    def _is_reading_on(self) -> bool:
        end = self._read_on_at
        return end is not None and end <= self._at < end + _SMALL

    def _make_room(self, size: int) -> None:
        """Forget what was not used for longest, before memory is taken for the next block."""
        while self._blocks and (
            len(self._blocks) >= _MOST_BLOCKS
            or size + sum(map(len, self._blocks.values())) > _MOST_HELD_BYTES
        ):
            self._blocks.pop(next(iter(self._blocks)))
