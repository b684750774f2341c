"""The bytes of one part as UTF-8, mapped into memory and let go of as reading goes on.

Mapped, a part is never copied: what is read of it lies in the memory of the system, which takes
it back whenever it likes. What a Windows tool saved as UTF-16 is written anew first.
"""

from __future__ import annotations

import codecs
import errno
import mmap
import tempfile
from pathlib import Path
from typing import IO

from imports.errors import DiskFull, IncompleteDownload

_BLOCK = 1 << 18
_PAGE = mmap.PAGESIZE


class Source:
    """The bytes of a part; ``head`` is where its text begins, behind a byte order mark."""

    def __init__(self, content: mmap.mmap | bytes) -> None:
        self._content = content
        self.data = memoryview(content)
        self.head = len(codecs.BOM_UTF8) if content[:3] == codecs.BOM_UTF8 else 0

    def check(self) -> None:
        """Make sure that the file is as long as it was.

        Bytes of a mapping that the file no longer has end the whole process when they are read.

        :raises IncompleteDownload: somebody has cut it off
        """
        if isinstance(self._content, mmap.mmap) and self._content.size() < len(self.data):
            raise IncompleteDownload

    def let_go(self, *, start: int, end: int) -> None:
        """Take these bytes out of our memory; they can still be read."""
        start, end = start // _PAGE * _PAGE, end // _PAGE * _PAGE
        if end > start and isinstance(self._content, mmap.mmap):
            self._content.madvise(mmap.MADV_DONTNEED, start, end - start)


def open_source(path: Path) -> Source:
    """Open a part as UTF-8.

    :raises DiskFull: it is UTF-16, and there is no room to write it anew.
    """
    with path.open("rb") as file:
        encoding = utf16_of(file.read(4))
        if not encoding:
            return Source(_mapped(file))
        with tempfile.TemporaryFile(dir=path.parent) as recoded:
            recode(file, recoded, encoding=encoding)
            return Source(_mapped(recoded))


def _mapped(file: IO[bytes]) -> mmap.mmap | bytes:
    if file.seek(0, 2) == 0:
        return b""  # which cannot be mapped
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def recode(file: IO[bytes], target: IO[bytes], *, encoding: str) -> None:
    """Write a file anew as UTF-8.

    :raises DiskFull: there is no room for it.
    """
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    try:
        while block := file.read(_BLOCK):
            target.write(decoder.decode(block).encode("utf-8", errors="replace"))
        target.write(decoder.decode(b"", final=True).encode("utf-8", errors="replace"))
        target.flush()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull from error


def utf16_of(head: bytes) -> str:
    """Name the UTF-16 encoding that these first bytes are in, "" if they are not."""
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if len(head) >= 2 and head[0] in b"[{ \t\r\n" and head[1] == 0:
        return "utf-16-le"
    if len(head) >= 2 and head[0] == 0 and head[1] in b"[{ \t\r\n":
        return "utf-16-be"
    return ""
