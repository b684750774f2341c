"""Guess where an element of a file ends, and prove it by decoding it.

Elements of one file begin alike, so what stands between two of them, ``}, {"title": "...",
"create_time":``, is looked for, faster than any parser goes through what lies before it. The
guess holds if what lies before it decodes, since no JSON object begins with another whole one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from imports.formats.balance import INSIDE_STRING
from imports.formats.limits import MOST_VALUES

# Larger ones are looked at before they are decoded: they may hold too many values.
_MOST_BYTES = 2 * MOST_VALUES
_BETWEEN_BYTES, _BEGINNING_BYTES = 100, 4_096
_SPACES = b" \t\r\n"
# The beginning of an object: its first key, a value that differs, its second key.
_VALUE = rb'(?:"' + INSIDE_STRING + rb'"|[^"\[\]{},]++)'
_BEGINNING = re.compile(
    rb'(\{\s*"\w++"\s*:\s*)' + _VALUE + rb'(\s*,\s*"\w++"\s*:)', re.DOTALL
)

Decode = Callable[[memoryview], Any]


class Guess(NamedTuple):
    """Where an element ends, and what it holds."""

    end: int
    decoded: Any


class Guesser:
    """Learns from the first two elements of a file what stands between them."""

    def __init__(self, data: memoryview, decode: Decode, *, max_element_bytes: int) -> None:
        self._data = data
        self._decode = decode
        self._most = min(_MOST_BYTES, max_element_bytes)
        self._border: re.Pattern[bytes] | None = None
        # What guesses that fail may cost: as much as others have saved, so reading stays linear.
        self._credit = _MOST_BYTES

    def guess(self, start: int, *, behind_last: int) -> Guess | None:
        """Find the end of the element that starts here; None where it has to be measured.

        :param behind_last: where the element before it ended, 0 if there was none
        """
        if self._credit <= 0:
            return None
        if self._border is None:
            self._border = self._learned(start, behind_last)
            if self._border is None:
                return None
        most = start + self._most
        found = self._border.search(self._data, start, most + _BEGINNING_BYTES)
        end = found.start() + 1 if found else most
        if found and end <= most:
            try:
                decoded = self._decode(self._data[start:end])
            except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                pass
            else:
                self._credit += end - start
                return Guess(end, decoded)
        self._credit -= end - start
        return None

    def _learned(self, start: int, behind_last: int) -> re.Pattern[bytes] | None:
        between = bytes(self._data[behind_last:start][:_BETWEEN_BYTES])
        beginning = _BEGINNING.match(self._data, start, start + _BEGINNING_BYTES)
        is_between_two = behind_last and between.strip(_SPACES) in (b"", b",")
        if not is_between_two or not beginning:
            return None
        before, after = re.escape(beginning[1]), re.escape(beginning[2])
        return re.compile(rb"\}" + re.escape(between) + before + _VALUE + after, re.DOTALL)
