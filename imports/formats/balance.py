"""Find where a JSON value ends by its quotes and brackets alone, in constant memory.

The second opinion for values that a real parser refuses (lone surrogates, NaN, damage)
or that are too large to hold. It looks at nothing but strings and brackets, so it accepts
more than JSON; what lies between is judged by whoever decodes it.

The beginning of a value is walked token by token; the rest in growing blocks, each reduced
to its brackets at the speed of C, so that no input, however dense, is walked byte by byte.
"""

from __future__ import annotations

import re
from itertools import accumulate

_WALK_BYTES = 1 << 12
_MAX_BLOCK = 1 << 18

INSIDE_STRING = rb'[^"\\]*+(?:\\.[^"\\]*+)*+'
_REST_OF_STRING = re.compile(INSIDE_STRING, re.DOTALL)
_STRING = re.compile(rb'"' + INSIDE_STRING + rb'("|\\?\Z)', re.DOTALL)
_OUTSIDE = re.compile(rb'[^"{}\[\]]*+')
_SCALAR = re.compile(rb"[^,\]} \t\r\n]*+")
_QUOTE, _BACKSLASH = ord('"'), ord("\\")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"{}[]")
# Brackets as steps up and down; a byte cannot be negative.
_STEPS = bytes.maketrans(b"{[}]", b"\x02\x02\x00\x00")


class Balance:
    """Follow one value piece by piece; remembers where it stands between the pieces."""

    def __init__(self, *, depth: int = 0) -> None:
        self.deepest = depth
        self._depth = depth
        self._is_scalar: bool | None = False if depth else None
        self._in_string = False
        self._is_escaped = False
        self._has_ended = False
        self._passed = 0

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a number, true, false or null, which no bracket ends."""
        return bool(self._is_scalar)

    def feed(self, data: bytes | memoryview) -> int:
        """Give the index right behind the value, -1 if it does not end in this piece."""
        at = 0
        if self._is_scalar is None and at < len(data):
            self._is_scalar = data[at] not in b'{["'
        if self._is_scalar:
            at = _end_of(_SCALAR, data, at)
            return at if at < len(data) else -1
        while at < len(data) and not self._has_ended:
            if self._passed <= _WALK_BYTES or self._in_string:
                end = self._walk(data, at)
            else:
                end = self._leap(data, at)
            self._passed += end - at
            at = end
        return at if self._has_ended else -1

    def _leap(self, data: bytes | memoryview, at: int) -> int:
        """Pass over a block in which the value does not end; walk through one where it does."""
        end = min(at + min(self._passed, _MAX_BLOCK), len(data))
        block = bytes(data[at:end])
        bare, strings = _STRING.subn(rb"\1", block)
        steps = bare.translate(_STEPS, _NO_BRACKETS)
        depths = list(accumulate((step - 1 for step in steps), initial=self._depth))
        if min(depths) <= 0:
            return self._walk_through(data, at, end)
        self._depth = depths[-1]
        self.deepest = max(self.deepest, max(depths))
        # One quote is left of every string that ended in this block.
        self._in_string = strings > bare.count(b'"')
        backslashes = len(block) - len(block.rstrip(b"\\"))
        self._is_escaped = self._in_string and backslashes % 2 == 1
        return end

    def _walk_through(self, data: bytes | memoryview, at: int, end: int) -> int:
        while at < end and not self._has_ended:
            at = self._walk(data, at)
        return at

    def _walk(self, data: bytes | memoryview, at: int) -> int:
        return self._string(data, at) if self._in_string else self._outside(data, at)

    def _string(self, data: bytes | memoryview, at: int) -> int:
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

    def _outside(self, data: bytes | memoryview, at: int) -> int:
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


def _end_of(pattern: re.Pattern[bytes], data: bytes | memoryview, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at
