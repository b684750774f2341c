"""Single stretches of a remote object, each checked against what the object was when opened."""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from tempfile import SpooledTemporaryFile
from typing import IO

import httpx

from imports.adapters.patience import Patience, Tries
from imports.errors import (
    DiskFull,
    IncompleteDownload,
    SourceChanged,
    StorageUnavailable,
    TransientFailure,
)

# Opens a GET with these headers; every answer that comes out of it is a success.
Get = Callable[[dict[str, str]], AbstractContextManager[httpx.Response]]

_HELD_IN_MEMORY = 8 << 20
_LONGEST_ETAG = 200
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class RangeIgnored(Exception):
    """The server sends the whole object, whatever stretch it is asked for."""


class Ranges:
    """Fetches stretches of one version of one object."""

    def __init__(self, get: Get, *, size: int, etag: str, patience: Patience) -> None:
        self.size = size
        self._get = get
        self._etag = etag
        self._patience = patience

    def fetch(self, start: int, stop: int) -> bytearray:
        """Fetch from ``start``: at least one byte, and no more than up to ``stop``.

        :raises RangeIgnored: it can only be had whole
        :raises SourceChanged: the object is not the one that was opened
        :raises TransientFailure: it does not come, or too slowly to be waited for
        """
        got = bytearray()
        tries = Tries(self._patience)
        while start + len(got) < stop:
            before = len(got)
            try:
                if self._receive(got, start, stop):
                    break
            except TransientFailure as failure:
                if len(got) > before:
                    tries.progressed()
                tries.failed(failure)
        return got

    def fetch_whole(self) -> IO[bytes]:
        """Stream the object into a temporary file.

        :raises SourceChanged: the object is not the one that was opened
        :raises TransientFailure: it does not come whole
        """
        tries = Tries(self._patience)
        while True:
            file = SpooledTemporaryFile(max_size=_HELD_IN_MEMORY)  # noqa: SIM115 - handed on
            try:
                self._receive_whole(file)
            except TransientFailure as failure:
                file.close()
                tries.failed(failure)
            except BaseException:
                file.close()
                raise
            else:
                return file

    def _receive(self, got: bytearray, start: int, stop: int) -> bool:
        """Append to what there is already; True if that will do for now.

        :raises TransientFailure: it broke off; what came is kept
        """
        at = start + len(got)
        began = time.monotonic()
        with self._get({"Range": f"bytes={at}-{stop - 1}"}) as response:
            stop = self._check_stretch(response, at, stop)
            for block in response.iter_raw():
                if start + len(got) + len(block) > stop:
                    raise IncompleteDownload
                got += block
                if self._is_time_over(began, len(got)):
                    return True
        if start + len(got) < stop:
            raise IncompleteDownload
        return True

    def _is_time_over(self, began: float, count: int) -> bool:
        seconds = time.monotonic() - began
        if seconds < self._patience.window_seconds:
            return False
        if count < seconds * self._patience.least_bytes_per_second:
            raise StorageUnavailable
        return True

    def _receive_whole(self, file: IO[bytes]) -> None:
        with self._get({}) as response:
            self._check_version(response)
            for block in response.iter_raw():
                _write(file, block)
        if file.tell() != self.size:
            raise IncompleteDownload

    def _check_stretch(self, response: httpx.Response, start: int, stop: int) -> int:
        """Compare what is announced with what was asked for; give where it ends."""
        if response.status_code == 200:
            raise RangeIgnored
        self._check_version(response)
        stated = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if not stated:
            raise IncompleteDownload
        first, last, total = map(int, stated.groups())
        if total != self.size:
            raise SourceChanged
        if first != start or not first <= last < stop:
            raise IncompleteDownload
        return last + 1

    def _check_version(self, response: httpx.Response) -> None:
        # Content coding would make all positions wrong, and its cut is invisible to the client.
        if response.headers.get("content-encoding", "identity") != "identity":
            raise IncompleteDownload
        if bare_etag(response.headers.get("etag", "")) != self._etag:
            raise SourceChanged


def bare_etag(etag: str) -> str:
    """Strip what proxies and JSON do to an ETag: quotes and the mark of weakness."""
    return etag.strip().removeprefix("W/").strip('"')[:_LONGEST_ETAG]


def _write(file: IO[bytes], block: bytes) -> None:
    try:
        file.write(block)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from error
        raise
