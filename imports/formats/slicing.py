"""Cut a JSON file into its elements, each in one pass and without a copy.

Decoding what lies ahead as ``msgspec.Raw`` stops at the first byte behind the first value and
says which byte that is, at the speed of C. What msgspec refuses is measured by its
brackets (``Balance``), and whoever reads the element decides what it is worth. The text
of msgspec's messages is relied upon: the version is pinned and tests hold it.

Nobody looks further ahead than the largest element that is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from imports.formats.balance import Balance
from imports.formats.failures import CorruptJson, TruncatedJson
from imports.formats.sources import Source

_STEP_BYTES = 1 << 20
_KEPT_BYTES = 2 << 20
_MAX_PASSED_BYTES = 1 << 30

_RAW = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_DAMAGE = re.compile(r"malformed: .*\(byte (\d+)\)")
_SURROGATE = re.compile("hex escape|surrogate")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SPACES = b" \t\r\n"
_NO_START = b",:]}" + bytes(range(32))
_COMMA, _OPEN, _CLOSE = ord(","), ord("["), ord("]")
_NOTHING = memoryview(b"")


class Element(NamedTuple):
    """One value of the file: its bytes, or why they were not kept, and where it lies."""

    data: memoryview
    start: int
    end: int
    problem: str = ""


class Slicer:
    """A place in a source that moves on by one value after the other."""

    def __init__(
        self,
        source: Source,
        *,
        offset: int,
        max_element_bytes: int,
        max_depth: int,
        step_bytes: int = _STEP_BYTES,
    ) -> None:
        self._source = source
        self._data = source.data
        self._end = len(source.data)
        self._at = max(offset, source.head)
        self._max_element_bytes = max_element_bytes
        self._max_depth = max_depth
        self._step_bytes = step_bytes
        self._kept_from = self._at
        self._damaged_at: int | None = None

    @property
    def offset(self) -> int:
        """Where in the file we stand."""
        return self._at

    def peek(self) -> int:
        """Pass over white space and give the next byte, -1 at the end of the file."""
        while self._at < self._end:
            byte: int = self._data[self._at]
            if byte not in _SPACES:
                return byte
            match = _SPACE.match(self._data, self._at, self._at + self._step_bytes)
            self._pass(match.end() - self._at if match else 0)
        return -1

    def take(self, wanted: bytes) -> int:
        """Pass over one of these bytes and give it.

        :raises TruncatedJson: the file ends here.
        :raises CorruptJson: something else stands here.
        """
        byte = self.peek()
        if byte < 0:
            raise truncated(self._at)
        if byte not in wanted:
            raise corrupt(self._at)
        self._at += 1
        return byte

    def element(self) -> Element:
        """Cut out the value that starts here.

        :raises TruncatedJson: the file ends before the value does.
        :raises CorruptJson: no value starts here.
        """
        byte = self.peek()
        if byte < 0:
            raise truncated(self._at)
        if byte in _NO_START:
            raise corrupt(self._at)
        self._pass(0)
        start, self._damaged_at = self._at, None
        # One byte more than is accepted tells what is too large.
        ahead = self._data[start : start + self._max_element_bytes + 1]
        size, problem = self._measure(ahead, is_last=start + len(ahead) == self._end)
        if size > self._max_element_bytes:
            if not self.skip():
                raise self._broken()
            return Element(_NOTHING, start, self._at, "conversation_too_large")
        self._at = start + size
        return Element(ahead[:size], start, self._at, problem)

    def skip(self, *, depth: int = 0) -> bool:
        """Pass over a value, or the rest of one that is ``depth`` brackets deep.

        False when the file ends first.
        """
        if not depth:
            self.peek()
        start, balance = self._at, Balance(depth=depth)
        while self._at < self._end:
            ahead = self._data[self._at : self._at + self._step_bytes]
            if (size := balance.feed(ahead)) >= 0:
                self._pass(size)
                return True
            self._pass(len(ahead))
            if self._at - start > _MAX_PASSED_BYTES:
                raise corrupt(start)
        return balance.is_scalar

    def _pass(self, size: int) -> None:
        """Go on, and keep only a little of what lies behind in memory."""
        self._at += size
        if self._at - self._kept_from > _KEPT_BYTES:
            self._source.let_go(until=self._at)
            self._kept_from = self._at

    def _measure(self, ahead: memoryview, *, is_last: bool) -> tuple[int, str]:
        """Give the size of the value that starts here, and what is wrong with it.

        The size is that of ``ahead`` where the value goes on behind it.
        """
        try:
            _RAW.decode(ahead)
        except RecursionError:
            pass
        except msgspec.DecodeError as error:
            complaint = str(error)
            if trailing := _TRAILING.search(complaint):
                return _without_space(ahead, int(trailing[1]) - 1), ""
            if "truncated" in complaint and not is_last:
                return len(ahead), ""
            if (found := _DAMAGE.search(complaint)) and not _SURROGATE.search(complaint):
                self._damaged_at = self._at + int(found[1])
        else:
            return _without_space(ahead, len(ahead)), ""
        return self._balanced(ahead, is_last=is_last)

    def _balanced(self, ahead: memoryview, *, is_last: bool) -> tuple[int, str]:
        """Measure by its brackets what msgspec refuses."""
        balance = Balance()
        size = balance.feed(ahead)
        if size < 0:
            if is_last and not balance.is_scalar:
                raise self._broken()
            size = len(ahead)
        return size, "nested_too_deep" if balance.deepest > self._max_depth else ""

    def _broken(self) -> TruncatedJson | CorruptJson:
        """Tell damage that msgspec has seen from a file that merely ends."""
        at = self._damaged_at
        return truncated(self._end) if at is None else corrupt(at)


def _without_space(data: memoryview, size: int) -> int:
    """Take off the white space behind a value, which msgspec counts among it."""
    while data[size - 1] in _SPACES:
        block = bytes(data[max(0, size - _STEP_BYTES) : size])
        size -= len(block) - len(block.rstrip(_SPACES))
    return size


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
