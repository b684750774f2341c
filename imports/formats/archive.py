"""Read a ZIP that may be hostile and far away: its directory first, then single members.

``zipfile`` parses the directory; the members are inflated here, in sequential blocks, with
every byte counted. Nothing is ever extracted by the name that stands in the archive.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from zlib_ng import zlib_ng

from imports.formats.failures import (
    IncompleteFile,
    ZipBomb,
    ZipCorrupt,
    ZipEncrypted,
    ZipMethod,
    ZipOverlap,
    ZipSizeMismatch,
    ZipTooManyFiles,
)
from imports.formats.limits import Limits
from imports.formats.unpacking import Meter, inflate, stored_blocks

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = b"PK\x01\x02"  # how an entry of the directory begins
_TAIL_BYTES = 65_535 + _END.size
_ENCRYPTED = 0x1
_HEAD_SLACK = 4_096
_MAX_SIDE_FILE_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One JSON file of the export: its size unpacked, if known, and in the container."""

    name: str
    size: int | None
    stored_size: int
    offset: int = 0


class Archive:
    """The directory of a ZIP, checked; members unpack one at a time."""

    def __init__(self, file: BinaryIO, *, size: int, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        _check_directory(file, size, limits)
        try:
            self.members = tuple(zipfile.ZipFile(file).infolist())
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as e:
            raise ZipCorrupt from e
        except EOFError as error:
            raise IncompleteFile from error
        _check_overlap(self.members, size)
        self._by_offset = {each.header_offset: each for each in self.members}

    def unpack(self, part: Part) -> Iterator[bytes]:
        """Yield the content of a member; size and checksum are compared at the end.

        :raises ZipFailure: it is not what the directory says.
        """
        member = self._by_offset[part.offset]
        name = base_name(member.filename)
        checksum = unpacked = 0
        for block in self._inflated(member):
            checksum = zlib_ng.crc32(block, checksum)
            unpacked += len(block)
            yield block
        if unpacked != member.file_size:
            raise ZipSizeMismatch(
                f"{name} has {unpacked:,} bytes where the ZIP says "
                f"{member.file_size:,}. Download the export again."
            )
        if checksum != member.CRC:
            raise ZipCorrupt(f"The checksum of {name} is wrong. Download the export again.")

    def read_small(self, member: zipfile.ZipInfo) -> bytes:
        """Read a side file whole; b"" if it is too large to be one."""
        if member.file_size > _MAX_SIDE_FILE_BYTES:
            return b""
        return b"".join(self.unpack(part_of(member)))

    def head(self, member: zipfile.ZipInfo, size: int) -> bytes:
        """Read the first bytes of a member."""
        content = b""
        # Packed, it is hardly ever larger.
        for block in self._inflated(member, at_most=size + _HEAD_SLACK):
            content += block
            if len(content) >= size:
                break
        return content[:size]

    def _inflated(
        self, member: zipfile.ZipInfo, *, at_most: int | None = None
    ) -> Iterator[bytes]:
        check_readable(member, self._limits)
        meter = Meter(limits=self._limits, most=member.file_size, failure=ZipSizeMismatch)
        self._file.seek(member.header_offset)
        header = self._file.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            raise IncompleteFile
        signature, *_, name_size, extra_size = _LOCAL.unpack(header)
        if signature != b"PK\x03\x04":
            raise ZipCorrupt
        offset = member.header_offset + _LOCAL.size + name_size + extra_size
        size = min(member.compress_size, at_most or member.compress_size)
        blocks = stored_blocks(self._file, offset=offset, size=size)
        if member.compress_type == zipfile.ZIP_DEFLATED:
            yield from inflate(blocks, meter, damaged=ZipCorrupt)
            return
        stored = 0
        for block in blocks:
            stored += len(block)
            meter.count(block, stored=stored)
            yield block


def part_of(member: zipfile.ZipInfo) -> Part:
    """Describe a member to whoever unpacks it."""
    return Part(
        name=base_name(member.filename),
        size=member.file_size,
        stored_size=member.compress_size,
        offset=member.header_offset,
    )


def base_name(path: str) -> str:
    """The last part of a name in the archive, without what could not be shown."""
    return "".join(filter(str.isprintable, path.rpartition("/")[2]))[:120]


def check_readable(member: zipfile.ZipInfo, limits: Limits) -> None:
    """Judge a member by what the directory says of it.

    :raises ZipFailure: it cannot or should not be unpacked.
    """
    name, size = base_name(member.filename), member.file_size
    if member.flag_bits & _ENCRYPTED:
        raise ZipEncrypted
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ZipMethod(
            f"{name} is packed with method {member.compress_type}. {ZipMethod.advice}"
        )
    is_dense = size > limits.max_ratio * max(member.compress_size, 1)
    if size > limits.ratio_free_bytes and is_dense:
        raise ZipBomb(f"{name} would unpack to {size:,} bytes.")


def _check_directory(file: BinaryIO, size: int, limits: Limits) -> None:
    """Look at the directory before anybody makes objects of it.

    :raises IncompleteFile: there is none: the download broke off.
    :raises ZipTooManyFiles: it lists more than an export holds, whatever it announces.
    """
    end, announced, directory_bytes = _find_directory(file, size)
    entries = announced
    if entries <= limits.max_entries and directory_bytes <= limits.max_directory_bytes:
        file.seek(max(0, end - directory_bytes))
        entries = file.read(directory_bytes).count(_ENTRY)
    if entries > limits.max_entries or directory_bytes > limits.max_directory_bytes:
        raise ZipTooManyFiles(f"It lists {entries:,} files. {ZipTooManyFiles.advice}")


def _find_directory(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Give where the directory ends, how many entries it announces, and its size in bytes.

    The same end record is believed, and looked for in the same places, as in ``zipfile``.

    :raises IncompleteFile: there is none.
    :raises ZipCorrupt: there are two that say different things.
    """
    tail_size = min(size, _TAIL_BYTES)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise IncompleteFile(
            f"The ZIP has no end: its download or upload broke off. {IncompleteFile.advice}"
        )
    *_, entries, directory_bytes, _, _ = _END.unpack_from(tail, at)
    end = size - tail_size + at
    end64_at = end - _END64_LOCATOR.size - _END64.size
    if end64_at < 0:
        return end, entries, directory_bytes
    file.seek(end64_at)
    end64 = file.read(_END64.size)
    locator, _, points_to, _ = _END64_LOCATOR.unpack(file.read(_END64_LOCATOR.size))
    if locator != b"PK\x06\x07":
        return end, entries, directory_bytes
    # Versions of zipfile look here, or there: where that is not the same, nobody knows what it reads.
    if points_to != end64_at or not end64.startswith(b"PK\x06\x06"):
        raise ZipCorrupt
    *_, entries, directory_bytes, _ = _END64.unpack(end64)
    return end64_at, entries, directory_bytes


def _check_overlap(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Refuse members that share bytes.

    :raises ZipOverlap: some do, or one lies beyond the end of the file.
    """
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise ZipOverlap
        end = member.header_offset + _LOCAL.size + member.compress_size
    if end > size:
        raise ZipOverlap
