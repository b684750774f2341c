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
HOLD_BYTES = 32 << 20

_MAX_PASSED_BYTES = 1 << 30

_RAW = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_DAMAGE = re.compile(r"malformed: .*\(byte (\d+)\)")
_SURROGATE = re.compile("hex escape|surrogate")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_NO_START = b",:]}" + bytes(range(32))
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
        hold_bytes: int = HOLD_BYTES,
    ) -> None:
        self._base = source.enter_at(offset)
        self._source = source
        self._max_element_bytes = max_element_bytes
        self._max_depth = max_depth
        self._window_bytes = window_bytes
        self._hold_bytes = hold_bytes
        self._data = bytearray()
        self._at = 0
        self._is_deep = False
        self._damaged_at: int | None = None
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
        if byte in _NO_START:
            raise corrupt(self.offset)
        self._damaged_at = None
        while (size := self._size()) is None:
            held = len(self._data) - self._at
            if held > self._max_element_bytes:
                return self._oversized()
            if held >= self._hold_bytes and self._source.can_return:
                return self._measured()
            self._more()
        return self._cut(size)

    def skip(self, *, depth: int = 0) -> bool:
        """Pass over a value, or the rest of one that is ``depth`` brackets deep.

        False when the file ends first.
        """
        if not depth:
            self.peek()
        return self._pass(Balance(depth=depth))

    def _pass(self, balance: Balance) -> bool:
        start = self.offset
        while (end := balance.feed(self._data, self._at)) < 0:
            self._at = len(self._data)
            if self.offset - start > _MAX_PASSED_BYTES:
                raise corrupt(start)
            if not self._more():
                return balance.is_scalar
        self._at = end
        return True

    def _measured(self) -> Element:
        """Find the end of a large value first, then read it once and whole.

        Growing the window around it would hold it three times over.
        """
        start, balance = self.offset, Balance()
        if not self._pass(balance):
            raise self._broken(self.offset)
        self._is_deep = balance.deepest > self._max_depth
        size = self.offset - start
        if size > self._max_element_bytes:
            nothing = memoryview(b"")
            return Element(nothing, start, self.offset, "conversation_too_large")
        self._data, self._at, self._is_last = bytearray(), 0, False
        self._base = self._source.enter_at(start)
        while (lacking := size - len(self._data)) and (fresh := self._source.read(lacking)):
            self._data += fresh
        return self._cut(size)

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
            return self._balanced()
        except msgspec.DecodeError as error:
            complaint = str(error)
            if trailing := _TRAILING.search(complaint):
                return int(trailing[1]) - 1
            if "truncated" in complaint and not self._is_last:
                return None
            if (damage := _DAMAGE.search(complaint)) and not _SURROGATE.search(complaint):
                self._damaged_at = self.offset + int(damage[1])
            return self._balanced()
        is_scalar = self._data[self._at] not in b'{["'
        if is_scalar and not self._is_last:
            return None
        return len(self._data) - self._at

    def _balanced(self) -> int | None:
        """Measure by its brackets what msgspec refuses."""
        balance = Balance()
        end = balance.feed(self._data, self._at)
        self._is_deep = balance.deepest > self._max_depth
        if end >= 0:
            return end - self._at
        if not self._is_last:
            return None
        if balance.is_scalar:
            return len(self._data) - self._at
        raise self._broken(self._base + len(self._data))

    def _broken(self, end: int) -> TruncatedJson | CorruptJson:
        """Tell damage that msgspec has seen from a file that merely ends."""
        return truncated(end) if self._damaged_at is None else corrupt(self._damaged_at)

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
        kept = self._data[self._at :] if self._at else self._data
        fresh = self._source.read(max(self._window_bytes, len(kept) // 4))
        try:
            kept += fresh
        except BufferError:  # somebody still looks at an element in it
            kept = kept + fresh
        self._base += self._at
        self._at = 0
        self._data = kept
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
