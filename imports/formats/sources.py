"""The bytes of one part as UTF-8, whatever the tool that saved it last made of them."""

from __future__ import annotations

import codecs
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

_BLOCK = 1 << 18


class Source(Protocol):
    """A readable thing that can be entered at any byte of its UTF-8 form."""

    can_return: bool  # whether entering it again, behind what was read, costs nothing

    def read(self, size: int, /) -> bytes: ...

    def enter_at(self, offset: int, /) -> int:
        """Go there, past the byte order mark at least, and say where we are."""


class PlainSource:
    """A UTF-8 file; a byte order mark at its head is passed over."""

    can_return = True

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.head = 3 if self._file.read(3) == codecs.BOM_UTF8 else 0

    def read(self, size: int) -> bytes:
        return self._file.read(size) or b""

    def enter_at(self, offset: int) -> int:
        return self._file.seek(max(offset, self.head))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


class RecodedSource(PlainSource):
    """A UTF-16 file read as UTF-8; entering it in the middle decodes from the start."""

    can_return = False

    def __init__(self, path: Path, *, encoding: str) -> None:
        super().__init__(path)
        self.head = 0
        self._encoding = encoding
        self._ready = b""
        self.enter_at(0)

    def read(self, size: int) -> bytes:
        while not self._ready:
            block = self._file.read(_BLOCK)
            text = self._decoder.decode(block or b"", final=not block)
            self._ready = text.encode("utf-8", errors="replace")
            if not block:
                break
        taken, self._ready = self._ready[:size], self._ready[size:]
        return taken

    def enter_at(self, offset: int) -> int:
        self._file.seek(0)
        self._decoder = codecs.getincrementaldecoder(self._encoding)(errors="replace")
        self._ready = b""
        at = 0
        while at < offset and (passed := self.read(min(offset - at, _BLOCK))):
            at += len(passed)
        return at


def open_source(path: Path) -> PlainSource:
    """Open a part as UTF-8."""
    with path.open("rb") as file:
        encoding = utf16_of(file.read(4))
    return RecodedSource(path, encoding=encoding) if encoding else PlainSource(path)


def utf16_of(head: bytes) -> str:
    """Name the UTF-16 encoding that these first bytes are in, "" if they are not."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if len(head) >= 2 and head[0] in b"[{ \t\r\n" and head[1] == 0:
        return "utf-16-le"
    if len(head) >= 2 and head[0] == 0 and head[1] in b"[{ \t\r\n":
        return "utf-16-be"
    return ""
