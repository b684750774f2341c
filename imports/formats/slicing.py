"""Cut a JSON file into its elements, each in one pass and without a copy.

Decoding what lies ahead as ``msgspec.Raw`` stops at the first byte behind the first value and
says which byte that is, at the speed of C. What msgspec refuses is measured by its
brackets (``Balance``), and whoever reads the element decides what it is worth. The text
of msgspec's messages is relied upon: the version is pinned and tests hold it.

Where the caller can decode an element, its end is guessed first (``Guesser``).

Nobody looks further ahead than the largest element that is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from imports.formats.balance import Balance
from imports.formats.failures import CorruptJson, TruncatedJson
from imports.formats.guessing import Decode, Guesser
from imports.formats.sources import Source

_STEP_BYTES = 1 << 20
_KEPT_BYTES = 2 << 20
# What is larger is measured part by part, some levels deep: a conversation, its nodes, theirs.
# Parts that are small are measured faster all together, and no value may take long.
_WINDOW_BYTES = 8 << 20
# Within one element, so far at most is gone on without a look at whether the file is still whole.
_CHECKED_BYTES = 64 << 10
_LEVELS = 3
_SMALL_PART_BYTES, _MOST_SMALL_PARTS = 512, 1_000
_MAX_PASSED_BYTES = 1 << 30

_RAW = msgspec.json.Decoder(msgspec.Raw)
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_DAMAGE = re.compile(r"malformed: .*\(byte (\d+)\)")
_SURROGATE = re.compile("hex escape|surrogate")
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SPACES = b" \t\r\n"
_NO_START = b",:]}" + bytes(range(32))
_COMMA, _QUOTE, _CLOSE = ord(","), ord('"'), ord("]")
_NOTHING = memoryview(b"")


class _Odd(Exception):
    """This value is not one that can be measured by its parts."""


class Element(NamedTuple):
    """One value of a file: its bytes, or why they were not kept, and where it lies.

    A huge one names its source: it is better read there piece by piece than held whole.
    One whose end was guessed is decoded already.
    """

    data: memoryview
    start: int
    end: int
    problem: str = ""
    source: Source | None = None
    decoded: Any = None


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
        decode: Decode | None = None,
    ) -> None:
        self._source = source
        self._data = source.data
        self._end = len(source.data)
        self._at = max(offset, source.head)
        self._max_element_bytes = max_element_bytes
        self._max_depth = max_depth
        self._step_bytes = step_bytes
        self._kept_from = self._at
        self._checked_until = 0
        self._damaged_at: int | None = None
        self._parts = 0
        self._guesser = (
            Guesser(self._data, decode, max_element_bytes=max_element_bytes)
            if decode
            else None
        )
        self._behind_last = 0

    @property
    def offset(self) -> int:
        """Where in the file we stand."""
        return self._at

    def peek(self) -> int:
        """Pass over white space and give the next byte, -1 at the end of the file.

        :raises IncompleteDownload: the file was cut off while it was read.
        """
        if self._at >= self._checked_until:
            self._source.check()
            self._checked_until = self._at + _CHECKED_BYTES
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
        element = self._guessed() or self._measured()
        # Whoever reads it may take long: behind it, look anew.
        self._checked_until = 0
        self._behind_last = element.end
        return element

    def _guessed(self) -> Element | None:
        """Cut out the value that starts here if it ends as others do, and decodes."""
        start = self._at
        if not self._guesser:
            return None
        guess = self._guesser.guess(start, behind_last=self._behind_last)
        if guess is None:
            return None
        self._at = guess.end
        data = self._data[start : guess.end]
        return Element(data, start, guess.end, decoded=guess.decoded)

    def _measured(self) -> Element:
        start, self._damaged_at = self._at, None
        if size := self._measure_in_window():
            self._at += size
            return Element(self._data[start : self._at], start, self._at)
        if self._measure_by_parts():
            # Whoever reads it touches it once more.
            self._kept_from = start
            return Element(
                self._data[start : self._at], start, self._at, source=self._source
            )
        self._at = start
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
            self._source.let_go(start=self._kept_from, end=self._at)
            self._kept_from = self._at

    def _measure_in_window(self) -> int:
        """Give the size of the value that starts here; 0 for a large or an odd one."""
        window = self._data[self._at : self._at + _WINDOW_BYTES]
        try:
            _RAW.decode(window)
        except RecursionError:
            pass
        except msgspec.DecodeError as error:
            if trailing := _TRAILING.search(str(error)):
                size = _without_space(window, int(trailing[1]) - 1)
                return size if size <= self._max_element_bytes else 0
        return 0

    def _measure_by_parts(self) -> bool:
        """Pass over a huge value part by part, and let go of what lies behind.

        False where it is too large, or where anything about it is odd.
        """
        until, self._parts = self._at + self._max_element_bytes, 0
        if self._end - self._at <= _WINDOW_BYTES:
            return False
        try:
            self._pass_part(levels=_LEVELS, until=until)
        except (_Odd, TruncatedJson, CorruptJson):
            return False
        return True

    def _pass_part(self, *, levels: int, until: int) -> None:
        if size := self._measure_in_window():
            self._pass(size)
        elif levels and self._at < self._end and self._data[self._at] in b"{[":
            self._pass_parts(levels=levels - 1, until=until)
        else:
            raise _Odd
        self._parts += 1
        passed = self._at - (until - self._max_element_bytes)
        if (
            self._at > until
            or self._parts > _MOST_SMALL_PARTS + passed // _SMALL_PART_BYTES
        ):
            raise _Odd

    def _pass_parts(self, *, levels: int, until: int) -> None:
        is_object = self.take(b"{[") == ord("{")
        end = b"}" if is_object else b"]"
        while True:
            if is_object:
                if self.peek() != _QUOTE:
                    raise _Odd
                self._pass_part(levels=0, until=until)
                self.take(b":")
            self.peek()
            self._pass_part(levels=levels, until=until)
            if self.take(b"," + end) != _COMMA:
                return

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
