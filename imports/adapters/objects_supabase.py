"""Objects in Supabase Storage, over its HTTP API.

Reads go to ``/object/authenticated/``, the only address that tells a wrong key from a missing
object. Addresses are built by segment and proved on the request that is sent; redirects are
refused; nothing of httpx crosses the port.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from imports.adapters.patience import Patience, Tries
from imports.adapters.ranged import open_ranged
from imports.adapters.ranges import Ranges, bare_etag
from imports.adapters.storage_answers import failure_of, json_list, json_object
from imports.adapters.supabase import key_headers
from imports.errors import (
    IncompleteDownload,
    ObjectMissing,
    StorageRejected,
    StorageUnavailable,
    TransientFailure,
)
from imports.object_path import ObjectPath
from imports.ports import Invitation, OpenObject

# A silent server is left early: a stage that waits can neither be cancelled nor drained.
TIMEOUT = httpx.Timeout(connect=5, read=10, write=30, pool=5)
_PAGE = 100  # names in one answer, which is what Storage gives unasked

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    size: int
    etag: str


class SupabaseObjects:
    """Holds exports in the buckets of a Supabase project.

    ``base_url`` is the address of Storage, ``https://<ref>.supabase.co/storage/v1``.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        buckets: Sequence[str],
        *,
        timeout: httpx.Timeout = TIMEOUT,
        patience: Patience | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._buckets = tuple(buckets)
        self._patience = patience or Patience()
        self._client = httpx.Client(
            headers={**key_headers(key), "Accept-Encoding": "identity"},
            timeout=timeout,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    @contextmanager
    def open(self, path: str) -> Iterator[OpenObject]:
        """Open an object for reading.

        :raises BadObjectPath: this is no path of an object
        :raises ObjectMissing: there is no such object, at the second look either
        :raises StorageRefused: our key is not accepted
        :raises TransientFailure: the store does not answer as it should
        """
        checked = ObjectPath.parse_any(path, buckets=self._buckets)
        facts = self._facts(checked)
        url = self._url("object/authenticated", checked)
        ranges = Ranges(
            lambda headers: self._send("GET", url, headers=headers),
            size=facts.size,
            etag=facts.etag,
            patience=self._patience,
        )
        with open_ranged(ranges) as file:
            yield OpenObject(file=file, size=facts.size, etag=facts.etag)

    def put(self, path: str, blocks: Iterable[bytes]) -> int:
        """Store an object whole, replacing one of the same name; give its size in bytes.

        :raises BadObjectPath: this is no path of an object
        :raises TransientFailure: it did not arrive; the blocks are used up
        """
        checked = ObjectPath.parse_any(path, buckets=self._buckets)
        counted = _Counted(blocks)
        headers = {"x-upsert": "true", "Content-Type": "application/octet-stream"}
        with self._send(
            "POST", self._url("object", checked), headers=headers, content=counted
        ) as response:
            response.read()
        return counted.size

    def delete(self, path: str) -> None:
        """Remove an object, in whichever bucket it was once taken; none there is no error.

        :raises BadObjectPath: this is no path of an object
        :raises TransientFailure: the store does not answer as it should
        """
        checked = ObjectPath.parse_kept(path)
        try:
            self._ask("DELETE", self._url("object", checked), json_object)
        except ObjectMissing:
            return

    def forget(self, user_id: uuid.UUID) -> None:
        """Remove everything that a user has here, in every bucket.

        :raises TransientFailure: the store does not answer as it should, or something stayed
        """
        for bucket in self._buckets:
            folders = [f"{user_id}/"]
            while folders:
                folders += self._empty(bucket, folders.pop())

    def invite(self, path: str) -> Invitation:
        """Let somebody store this one object; good for some hours, and for nothing else.

        :raises BadObjectPath: this is no path of an object
        :raises TransientFailure: the store does not answer as it should
        """
        checked = ObjectPath.parse_any(path, buckets=self._buckets)
        token = self._ask("POST", self._url("object/upload/sign", checked), _token_in)
        return Invitation(
            endpoint=f"{self._base_url}/upload/resumable/sign",
            headers={"x-signature": token},
            metadata={
                "bucketName": checked.bucket,
                "objectName": checked.key,
                "contentType": "application/octet-stream",
                "cacheControl": "3600",
            },
        )

    def _facts(self, path: ObjectPath) -> _Facts:
        url = self._url("object/info/authenticated", path)
        try:
            return self._ask("GET", url, _facts_in)
        except ObjectMissing:
            time.sleep(self._patience.missing_wait_seconds)
            return self._ask("GET", url, _facts_in)

    def _empty(self, bucket: str, folder: str) -> list[str]:
        """Remove the objects right in a folder; give the folders in it. Each ends with a slash."""
        folders: list[str] = []
        try:
            # Objects go page by page; folders, which are only the common part of names, stay.
            while page := self._list(bucket, folder, offset=len(folders)):
                folders += [f"{name}/" for name, is_object in page if not is_object]
                self._remove(bucket, [name for name, is_object in page if is_object])
        except ObjectMissing:
            return []  # this project has no such bucket
        return folders

    def _list(self, bucket: str, folder: str, *, offset: int) -> list[tuple[str, bool]]:
        """Name what lies right in a folder, from an offset on, and whether it is an object."""
        url = httpx.URL(f"{self._base_url}/object/list/{quote(bucket, safe='')}")
        # Storage adds a slash only where none is: that of "a/" itself, and not of the folder
        # without a name in it, would be the same folder for ever.
        wish = {"prefix": folder, "limit": _PAGE, "offset": offset}
        found = self._ask("POST", url, _entries_in, body=wish)
        return [(f"{folder}{name}", is_object) for name, is_object in found]

    def _remove(self, bucket: str, keys: list[str]) -> None:
        if not keys:
            return
        url = httpx.URL(f"{self._base_url}/object/{quote(bucket, safe='')}")
        removed = self._ask("DELETE", url, json_list, body={"prefixes": keys})
        if removed is None or len(removed) < len(keys):
            raise StorageUnavailable

    def _ask(
        self,
        method: str,
        url: httpx.URL,
        read: Callable[[httpx.Response], _T],
        *,
        body: Mapping[str, Any] | None = None,
    ) -> _T:
        """Make a small request, again if need be; give what is read from its answer."""
        tries = Tries(self._patience)
        while True:
            try:
                with self._send(method, url, body=body) as response:
                    return read(response)
            except TransientFailure as failure:
                tries.failed(failure)

    @contextmanager
    def _send(
        self,
        method: str,
        url: httpx.URL,
        *,
        headers: Mapping[str, str] | None = None,
        content: Iterable[bytes] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Iterator[httpx.Response]:
        """Send a request; only successes come out, everything else is raised in our words."""
        request = self._client.build_request(
            method, url, headers=headers, content=content, json=body
        )
        if request.url != url:
            raise StorageRejected
        try:
            response = self._client.send(request, stream=True)
        except httpx.TransportError as error:
            raise StorageUnavailable from error
        try:
            if response.status_code not in (200, 206):
                raise failure_of(response)
            yield response
        except httpx.TransportError as error:
            raise IncompleteDownload from error
        finally:
            response.close()

    def _url(self, endpoint: str, path: ObjectPath) -> httpx.URL:
        """Build the address of an object, and prove where it leads.

        :raises StorageRejected: not into the folder of the user
        """
        root = httpx.URL(f"{self._base_url}/{endpoint}/")
        segments = (path.bucket, str(path.user_id), *path.segments)
        quoted = [quote(segment, safe="") for segment in segments]
        url = httpx.URL(f"{root}{'/'.join(quoted)}")
        folder = root.raw_path + "/".join([*quoted[:2], ""]).encode()
        is_same_server = (url.scheme, url.netloc) == (root.scheme, root.netloc)
        if not is_same_server or not url.raw_path.startswith(folder) or url.query:
            raise StorageRejected
        return url


def _facts_in(response: httpx.Response) -> _Facts:
    # The header is what a read will be compared with; the body tells what was last recorded.
    body = json_object(response) or {}
    size, etag = body.get("size"), response.headers.get("etag") or body.get("etag")
    if not isinstance(size, int) or not isinstance(etag, str) or size < 0 or not etag:
        raise StorageUnavailable
    return _Facts(size=size, etag=bare_etag(etag))


def _entries_in(response: httpx.Response) -> list[tuple[str, bool]]:
    """Read names in a folder; what is a folder itself has no id."""
    listed = json_list(response)
    if listed is None:
        raise StorageUnavailable
    try:
        return [(str(entry["name"]), entry["id"] is not None) for entry in listed]
    except (TypeError, KeyError):
        raise StorageUnavailable from None


def _token_in(response: httpx.Response) -> str:
    """Read the right to upload out of the signed address."""
    signed = (json_object(response) or {}).get("url")
    if not isinstance(signed, str) or not (token := httpx.URL(signed).params.get("token")):
        raise StorageUnavailable
    return str(token)


class _Counted:
    """Blocks on their way out, and how many bytes they were."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.size += len(block)
            yield block
