"""Open what the person uploaded: a ZIP, a gzip file or bare JSON, told by its content.

The file may be slow and remote, a reader over HTTP ranges: only the head, the directory
of a ZIP and the members that hold conversations are read, in large sequential blocks.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from imports.formats.archive import Archive, Part
from imports.formats.failures import (
    EmptyFile,
    IncompleteFile,
    NotAnExport,
    TooLarge,
    UnsupportedFile,
)
from imports.formats.limits import Limits
from imports.formats.members import Looked, choose
from imports.formats.sources import utf16_of
from imports.formats.unpacking import gunzip

_BLOCK = 1 << 20
_HEAD_BYTES = 1 << 12
_NAMED_MAGIC = (
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"%PDF", "a PDF"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an XZ file"),
    (b"SQLite format 3", "a database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)

Kind = Literal["zip", "gzip", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """An opened upload: the JSON parts to read, in order, and the shards that are absent.

    ``unreadable`` names files that cannot be looked into, and could be parts.
    """

    kind: Kind
    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    _unpack: Callable[[Part], Iterator[bytes]] = field(repr=False)

    def read(self, part: Part) -> Iterator[bytes]:
        """Yield a part unpacked, block by block; all checks end with the last block.

        :raises ExportFailure: it is damaged, incomplete, or larger than allowed.
        """
        return self._unpack(part)


def open_container(file: BinaryIO, *, size: int, limits: Limits) -> Container:
    """Recognize what this file is and find the parts to read in it.

    :raises ExportFailure: it is nothing we read, or not safe to read.
    """
    opening = open_step_by_step(file, size=size, limits=limits, looked={})
    while True:
        try:
            next(opening)
        except StopIteration as end:
            container: Container = end.value
            return container


def open_step_by_step(
    file: BinaryIO, *, size: int, limits: Limits, looked: Looked
) -> Generator[None, None, Container]:
    """Open a container; yield before each step that may take a moment, as there may be many.

    :param looked: what is known already of the files in a ZIP; whatever is found out is added
    :raises ExportFailure: it is nothing we read, or not safe to read.
    """
    if size == 0:
        raise EmptyFile
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        archive = Archive(file, size=size, limits=limits)
        chosen = yield from choose(archive, limits=limits, looked=looked)
        return Container(
            kind="zip",
            parts=chosen.parts,
            missing=chosen.missing,
            unreadable=chosen.unreadable,
            _unpack=archive.unpack,
        )
    if head[:2] == b"\x1f\x8b":
        part = Part(name="conversations.json", size=None, stored_size=size)
        return Container(
            kind="gzip", parts=(part,), _unpack=lambda _: gunzip(file, size, limits)
        )
    _check_is_json(head, is_whole=len(head) == size)
    if size > limits.max_unpacked_bytes:
        raise TooLarge
    part = Part(name="conversations.json", size=size, stored_size=size)
    return Container(kind="json", parts=(part,), _unpack=lambda _: _blocks(file, size))


def _check_is_json(head: bytes, *, is_whole: bool) -> None:
    """Refuse what cannot be JSON, by the name of what it is where that is known.

    :raises ExportFailure: it is something else.
    """
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start[:1] in (b"{", b"[") or utf16_of(head) or not (start or is_whole):
        return
    if not start:
        raise EmptyFile("The file holds nothing but white space.")
    if not start.strip(b"\x00"):
        raise IncompleteFile("The file holds only zeros: the upload did not finish.")
    for magic, name in _NAMED_MAGIC:
        if head.startswith(magic):
            raise UnsupportedFile(f"This is {name}. {UnsupportedFile.advice}")
    if start[:1] == b"<":
        raise UnsupportedFile(f"This is an HTML page. {UnsupportedFile.advice}")
    if b"PK\x03\x04" in head:
        raise UnsupportedFile(
            "This is a ZIP with something else before it. Upload the ZIP itself."
        )
    raise NotAnExport(f"The file is neither a ZIP nor JSON. {NotAnExport.advice}")


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    file.seek(0)
    passed = 0
    while block := file.read(_BLOCK):
        passed += len(block)
        yield block
    if passed < size:
        raise IncompleteFile(f"The file ends after {passed:,} of {size:,} bytes.")
