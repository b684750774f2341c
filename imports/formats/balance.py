"""Find where a JSON value ends by its quotes and brackets alone, in constant memory.

The second opinion for values that a real parser refuses (lone surrogates, NaN, damage)
or that are too large to hold. It looks at nothing but strings and brackets, so it accepts
more than JSON; what lies between is judged by whoever decodes it.
"""

from __future__ import annotations

import re

_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_OUTSIDE = re.compile(rb'[^"{}\[\]]*+')
_SCALAR = re.compile(rb"[^,\]}\s]*+")
_QUOTE, _BACKSLASH = ord('"'), ord("\\")


class Balance:
    """Follow one value piece by piece; remembers where it stands between the pieces."""

    def __init__(self, *, depth: int = 0) -> None:
        self.deepest = depth
        self._depth = depth
        self._is_scalar: bool | None = False if depth else None
        self._in_string = False
        self._is_escaped = False
        self._has_ended = False

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a number, true, false or null, which no bracket ends."""
        return bool(self._is_scalar)

    def feed(self, data: bytes, start: int = 0) -> int:
        """Give the index right behind the value, -1 if it does not end in this piece."""
        at = start
        if self._is_scalar is None and at < len(data):
            self._is_scalar = data[at] not in b'{["'
        if self._is_scalar:
            at = _end_of(_SCALAR, data, at)
            return at if at < len(data) else -1
        while at < len(data) and not self._has_ended:
            at = self._string(data, at) if self._in_string else self._outside(data, at)
        return at if self._has_ended else -1

    def _string(self, data: bytes, at: int) -> int:
        if self._is_escaped:
            self._is_escaped = False
            return at + 1
        at = _end_of(_REST_OF_STRING, data, at)
        if at == len(data):
            return at
        if data[at] == _BACKSLASH:
            self._is_escaped = True
            return at + 1
        self._in_string = False
        self._has_ended = self._depth == 0
        return at + 1

    def _outside(self, data: bytes, at: int) -> int:
        at = _end_of(_OUTSIDE, data, at)
        if at == len(data):
            return at
        if data[at] == _QUOTE:
            self._in_string = True
        elif data[at] in b"{[":
            self._depth += 1
            self.deepest = max(self.deepest, self._depth)
        else:
            self._depth -= 1
            self._has_ended = self._depth <= 0
        return at + 1


def _end_of(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at
