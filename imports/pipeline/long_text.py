"""A text that is too long to be one string.

A single emoji makes a string four times as large; in pieces, it is only the piece with the emoji.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from io import BytesIO
from itertools import accumulate
from typing import overload

LONG = 1_000_000  # characters


class LongText:
    """Does for a text in pieces what strings do, as far as anybody here needs it."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = pieces
        *self._begins, self._length = accumulate(map(len, pieces), initial=0)

    @overload
    def __getitem__(self, where: int) -> str: ...
    @overload
    def __getitem__(self, where: slice[int, int, None]) -> str: ...
    def __getitem__(self, where: int | slice[int, int, None]) -> str:
        """Give a character, or what lies between two places; neither counts from the end."""
        if isinstance(where, slice):
            return self._between(where.start, where.stop)
        return self._between(where, where + 1)

    def __len__(self) -> int:
        return self._length

    def rfind(self, wanted: str, start: int, end: int) -> int:
        """Find the last place of a text between two others; -1 if it is not there."""
        found = self._between(start, end).rfind(wanted)
        return start + found if found >= 0 else -1

    def encode(self) -> bytes:
        """Give it as UTF-8."""
        whole = BytesIO()
        for piece in self._pieces:
            whole.write(piece.encode())
        return whole.getvalue()

    def _between(self, start: int, end: int) -> str:
        first = max(0, bisect_right(self._begins, start) - 1)
        last = bisect_left(self._begins, end)
        return "".join(
            self._pieces[number][max(0, start - begin) : end - begin]
            for number, begin in enumerate(self._begins[first:last], first)
        )


def text_of(pieces: Sequence[str]) -> str | LongText:
    """Give a text of these pieces as a string, if it is short enough for one."""
    is_long = sum(map(len, pieces)) > LONG
    return LongText(pieces) if is_long else "".join(pieces)
