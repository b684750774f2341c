"""Inflate a stream block by block, never trusting what it says about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from zlib_ng import zlib_ng

from imports.formats.failures import (
    ExportFailure,
    GzipCorrupt,
    IncompleteFile,
    TooLarge,
    ZipBomb,
)
from imports.formats.limits import Limits

_STORED_BLOCK = 1 << 20
_BLOCK = 1 << 20
_GZIP, _RAW = 31, -15
_DAMAGED: type[Exception] = zlib_ng.error  # type: ignore[assignment]  # its stub errs


class Meter:
    """Count what really comes out, and refuse what no export unpacks to."""

    def __init__(self, *, limits: Limits, most: int, failure: type[ExportFailure]) -> None:
        self.unpacked = 0
        self.stored = 0
        self._limits = limits
        self._most = most
        self._failure = failure

    def count(self, block: bytes, *, stored: int) -> None:
        """Take note of one block.

        :raises ExportFailure: too much came out, in all or for what went in.
        """
        self.unpacked += len(block)
        self.stored = stored
        is_small = self.unpacked <= self._limits.ratio_free_bytes
        if self.unpacked > self._most:
            raise self._failure(f"It unpacks to more than {self._most:,} bytes.")
        if not is_small and self.unpacked > self._limits.max_ratio * max(stored, 1):
            raise ZipBomb(
                f"It unpacks to more than {self._limits.max_ratio} times its size."
            )


def stored_blocks(file: BinaryIO, *, offset: int, size: int) -> Iterator[bytes]:
    """Yield the bytes of a stretch of the file; other reads may come in between.

    :raises IncompleteFile: the file ends first.
    """
    at = offset
    while at < offset + size:
        file.seek(at)
        block = file.read(min(_STORED_BLOCK, offset + size - at))
        if not block:
            raise IncompleteFile
        at += len(block)
        yield block


def inflate(
    blocks: Iterator[bytes], meter: Meter, *, damaged: Callable[[], ExportFailure]
) -> Iterator[bytes]:
    """Inflate one deflate stream.

    :raises ExportFailure: what ``damaged`` says, or what the meter does.
    """
    machine = zlib_ng.decompressobj(_RAW)
    stored = 0
    for block in blocks:
        stored += len(block)
        pending = block
        while pending:
            try:
                fresh = machine.decompress(pending, _BLOCK)
            except _DAMAGED:
                raise damaged() from None
            pending = machine.unconsumed_tail
            meter.count(fresh, stored=stored)
            if fresh:
                yield fresh
        if machine.eof:
            break
    fresh = machine.flush()
    meter.count(fresh, stored=stored)
    if fresh:
        yield fresh
    if not machine.eof or machine.unused_data:
        raise damaged()


def gunzip(file: BinaryIO, size: int, limits: Limits) -> Iterator[bytes]:
    """Inflate a gzip file, all its members; the checksum is verified at their ends.

    :raises GzipCorrupt: it is damaged.
    :raises IncompleteFile: it breaks off.
    """
    meter = Meter(limits=limits, most=limits.max_unpacked_bytes, failure=TooLarge)
    machine = zlib_ng.decompressobj(_GZIP)
    stored = 0
    for block in stored_blocks(file, offset=0, size=size):
        stored += len(block)
        pending = block
        while pending:
            if machine.eof:
                pending = pending.lstrip(b"\x00")
                if not pending:
                    break
                machine = zlib_ng.decompressobj(_GZIP)
            try:
                fresh = machine.decompress(pending, _BLOCK)
            except _DAMAGED:
                raise GzipCorrupt from None
            pending = machine.unconsumed_tail or machine.unused_data
            meter.count(fresh, stored=stored)
            if fresh:
                yield fresh
    if not machine.eof:
        raise IncompleteFile("The gzip file breaks off before its end.")
