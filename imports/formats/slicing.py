"""Cut a JSON file into its elements without ever holding more than one window of it.

Decoding a window as ``msgspec.Raw`` stops at the first byte behind the first value and
says which byte that is, at the speed of C. What msgspec refuses is measured by its
brackets (``Balance``), and whoever reads the element decides what it is worth. The text
of msgspec's messages is relied upon: the version is pinned and tests hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from imports.formats.balance import Balance
from imports.formats.failures import CorruptJson, TruncatedJson
from imports.formats.sources import Source

WINDOW_BYTES = 1 << 20

_RAW = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_DAMAGE = re.compile(r"malformed: .*\(byte (\d+)\)")
_SURROGATE = re.compile("hex escape|surrogate")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRUCTURAL = b",:]}"
_COMMA, _OPEN, _CLOSE = ord(","), ord("["), ord("]")


class Element(NamedTuple):
    """One value of the file: its bytes, or why they were not kept, and where it lies."""

    data: memoryview
    start: int
    end: int
    problem: str = ""


class Slicer:
    """A window that slides over a source and hands out one value after the other."""

    def __init__(
        self,
        source: Source,
        *,
        offset: int,
        max_element_bytes: int,
        max_depth: int,
        window_bytes: int = WINDOW_BYTES,
    ) -> None:
        self._base = source.enter_at(offset)
        self._source = source
        self._max_element_bytes = max_element_bytes
        self._max_depth = max_depth
        self._window_bytes = window_bytes
        self._data = b""
        self._at = 0
        self._is_deep = False
        self._is_last = False

    @property
    def offset(self) -> int:
        """Where in the file we stand."""
        return self._base + self._at

    def peek(self) -> int:
        """Pass over white space and give the next byte, -1 at the end of the file."""
        while True:
            match = _SPACE.match(self._data, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._data):
                return self._data[self._at]
            if not self._more():
                return -1

    def take(self, wanted: bytes) -> int:
        """Pass over one of these bytes and give it.

        :raises TruncatedJson: the file ends here.
        :raises CorruptJson: something else stands here.
        """
        byte = self.peek()
        if byte < 0:
            raise truncated(self.offset)
        if byte not in wanted:
            raise corrupt(self.offset)
        self._at += 1
        return byte

    def element(self) -> Element:
        """Cut out the value that starts here.

        :raises TruncatedJson: the file ends before the value does.
        :raises CorruptJson: no value starts here.
        """
        byte = self.peek()
        if byte < 0:
            raise truncated(self.offset)
        if byte in _STRUCTURAL:
            raise corrupt(self.offset)
        while (size := self._size()) is None:
            if len(self._data) - self._at > self._max_element_bytes:
                return self._oversized()
            self._more()
        return self._cut(size)

    def skip(self, *, depth: int = 0) -> bool:
        """Pass over a value, or the rest of one that is ``depth`` brackets deep.

        False when the file ends first.
        """
        if not depth:
            self.peek()
        balance = Balance(depth=depth)
        while (end := balance.feed(self._data, self._at)) < 0:
            self._at = len(self._data)
            if not self._more():
                return balance.is_scalar
        self._at = end
        return True

    def _cut(self, size: int) -> Element:
        start, end = self._at, self._at + size
        # msgspec measures the white space behind a value too, as far as the window goes.
        while self._data[end - 1] in b" \t\r\n":
            end -= 1
        self._at, size = end, end - start
        data = memoryview(self._data)[start : self._at]
        problem = ""
        if size > self._max_element_bytes:
            data, problem = data[:0], "conversation_too_large"
        elif self._is_deep:
            problem = "nested_too_deep"
        return Element(data, self._base + start, self.offset, problem)

    def _size(self) -> int | None:
        """Measure the value that starts here, None if the window is too short to tell."""
        self._is_deep = False
        try:
            _RAW.decode(memoryview(self._data)[self._at :])
        except RecursionError:
            return self._balanced("")
        except msgspec.DecodeError as error:
            complaint = str(error)
            if trailing := _TRAILING.search(complaint):
                return int(trailing[1]) - 1
            if "truncated" in complaint and not self._is_last:
                return None
            return self._balanced(complaint)
        is_scalar = self._data[self._at] not in b'{["'
        if is_scalar and not self._is_last:
            return None
        return len(self._data) - self._at

    def _balanced(self, complaint: str) -> int | None:
        """Measure what msgspec refuses; its complaint names the damage if there is no end."""
        balance = Balance()
        end = balance.feed(self._data, self._at)
        self._is_deep = balance.deepest > self._max_depth
        if end >= 0:
            return end - self._at
        if not self._is_last:
            return None
        if balance.is_scalar:
            return len(self._data) - self._at
        if (damage := _DAMAGE.search(complaint)) and not _SURROGATE.search(complaint):
            raise corrupt(self.offset + int(damage[1]))
        raise truncated(self._base + len(self._data))

    def _oversized(self) -> Element:
        start = self.offset
        if not self.skip():
            raise truncated(self.offset)
        nothing = memoryview(b"")
        return Element(nothing, start, self.offset, "conversation_too_large")

    def _more(self) -> bool:
        """Slide the window on, and let it grow by a quarter while one value fills it."""
        if self._is_last:
            return False
        kept = self._data[self._at :]
        fresh = self._source.read(max(self._window_bytes, len(kept) // 4))
        self._base += self._at
        self._at = 0
        self._data = kept + fresh
        self._is_last = not fresh
        return bool(fresh)


def array_elements(slicer: Slicer, *, is_resumed: bool) -> Iterator[Element]:
    """Yield the elements of the array whose first bracket, or next comma, comes now."""
    if not is_resumed:
        slicer.take(b"[")
        if slicer.peek() == _CLOSE:
            slicer.take(b"]")
            return
        yield slicer.element()
    while slicer.take(b",]") == _COMMA:
        yield slicer.element()


def sequence_elements(slicer: Slicer) -> Iterator[Element]:
    """Yield the values that follow each other to the end of the file (JSON lines)."""
    while slicer.peek() >= 0:
        yield slicer.element()


def truncated(offset: int) -> TruncatedJson:
    """Say where the file broke off."""
    return TruncatedJson(
        f"The file breaks off at byte {offset:,}. What came before it was read. "
        "Download the export again, wait until it has finished, and upload that."
    )


def corrupt(offset: int) -> CorruptJson:
    """Say where the file is damaged."""
    return CorruptJson(
        f"The file is damaged at byte {offset:,}. What came before it was read. "
        "Download the export again and upload it unchanged."
    )
