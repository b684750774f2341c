"""How the fake of Storage answers: requests as they arrive, objects as they are sent, or not."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import struct
from collections.abc import Mapping
from functools import lru_cache
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.fakes.resumable import SIGN, UPLOADS, Resumable
from tests.fakes.serving import body_of
from tests.fakes.storage_faults import Fault, Operation, Request

if TYPE_CHECKING:
    from tests.fakes.storage import FakeStorage

PREFIX = "/storage/v1/object/"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    storage: FakeStorage

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is part of the tests."""


class Handler(Resumable):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        if "/object/info/" in self.path:
            self._answer("info", self._info)
        else:
            self._answer("read", self._read)

    def do_POST(self) -> None:
        if self.path.startswith(UPLOADS):
            self.begin()
        elif self.path.startswith(SIGN):
            self._answer("sign", self._sign)
        elif self.path.startswith(f"{PREFIX}list/"):
            self._answer("list", self._list)
        else:
            self._answer("put", self._put)

    def do_DELETE(self) -> None:
        one = "/" in self._path("")
        self._answer("delete", self._delete if one else self._delete_many)

    def log_message(self, format: str, *args: Any) -> None:
        """The requests are in ``FakeStorage.requests``."""

    # --- what the operations answer ---------------------------------------------------------

    def _answer(self, operation: Operation, respond: Any) -> None:
        storage = self.server.storage
        fault = storage.take_fault(operation)
        if fault:
            self.close_connection = True
        if fault and fault.kind == "answer":
            storage.note(Request(operation, self.path, dict(self.headers)))
            self._send(fault.status, fault.body, dict(fault.headers))
        elif not self._is_known() and operation == "read" and self._is_lenient():
            # A wrong key is nobody in particular, and nobody sees a private bucket.
            storage.note(Request(operation, self.path, dict(self.headers)))
            self._error("404", "Bucket not found", "NoSuchBucket")
        elif not self._is_known():
            storage.note(Request(operation, self.path, dict(self.headers)))
            self._error("403", "Unauthorized", "AccessDenied")
        else:
            respond(fault)

    def _info(self, fault: Fault | None) -> None:
        self.server.storage.note(Request("info", self.path, dict(self.headers)))
        content = self._object("info/authenticated/")
        if content is None:
            self._error("404", "not_found", "NoSuchKey")
            return
        facts = {"name": self.path, "size": len(content), "etag": _etag(content)}
        headers = {"Content-Type": "application/json", **self.server.storage.info_headers}
        self._send(200, json.dumps(facts).encode(), headers)

    def _read(self, fault: Fault | None) -> None:
        storage = self.server.storage
        content = self._object("authenticated/")
        if content is None:
            storage.note(Request("read", self.path, dict(self.headers)))
            self._error("404", "not_found", "NoSuchKey")
            return
        start, stop = _stretch(self.headers.get("Range"), len(content))
        if fault and fault.kind == "whole":
            start, stop = 0, len(content)
        storage.note(Request("read", self.path, dict(self.headers), start, stop))
        if start >= len(content) and self.headers.get("Range"):
            self._error("500", "Internal", "InternalError", status=storage.past_the_end)
            return
        is_ranged = "Range" in self.headers and not (fault and fault.kind == "whole")
        self._send_object(content, start, stop, fault, status=206 if is_ranged else 200)

    def _put(self, fault: Fault | None) -> None:
        storage = self.server.storage
        storage.note(Request("put", self.path, dict(self.headers)))
        body = body_of(self)
        path = self._path("")
        if path in storage.objects and self.headers.get("x-upsert") != "true":
            self._error("409", "Duplicate", "KeyAlreadyExists")
            return
        storage.objects[path] = body
        self._send(200, json.dumps({"Key": path}).encode(), {})

    def _sign(self, fault: Fault | None) -> None:
        self.server.storage.note(Request("sign", self.path, dict(self.headers)))
        self.sign()

    def _delete(self, fault: Fault | None) -> None:
        storage = self.server.storage
        storage.note(Request("delete", self.path, dict(self.headers)))
        if storage.objects.pop(self._path(""), None) is None:
            self._error("404", "not_found", "NoSuchKey")
            return
        self._send(200, b'{"message":"Successfully deleted"}', {})

    def _list(self, fault: Fault | None) -> None:
        """Name what lies right in a folder, as ``storage.search`` does: folders have no id."""
        storage = self.server.storage
        storage.note(Request("list", self.path, dict(self.headers)))
        wish = json.loads(body_of(self))
        slash = "" if wish["prefix"].endswith("/") else "/"
        folder = f"{self._path('list/')}/{wish['prefix']}{slash}"
        below = [
            path.removeprefix(folder) for path in storage.objects if path.startswith(folder)
        ]
        ids = {
            name.split("/")[0]: None if "/" in name else f"id of {name}" for name in below
        }
        stretch = slice(wish["offset"], wish["offset"] + wish.get("limit", 100))
        page = [{"name": name, "id": ids[name]} for name in sorted(ids)[stretch]]
        self._send(200, json.dumps(page).encode(), {"Content-Type": "application/json"})

    def _delete_many(self, fault: Fault | None) -> None:
        storage = self.server.storage
        storage.note(Request("delete", self.path, dict(self.headers)))
        paths = [f"{self._path('')}/{key}" for key in json.loads(body_of(self))["prefixes"]]
        gone = [path for path in paths if storage.objects.pop(path, None) is not None]
        body = json.dumps([{"name": path} for path in gone]).encode()
        self._send(200, body, {"Content-Type": "application/json"})

    # --- how an object is sent, or not ------------------------------------------------------

    def _send_object(
        self, content: bytes, start: int, stop: int, fault: Fault | None, *, status: int
    ) -> None:
        body = content[start:stop]
        flipped = self.server.storage.take_flip(start, stop)
        if flipped is not None:
            at = flipped - start
            body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        total, first = len(content), start
        headers = {"ETag": _etag(content), "Accept-Ranges": "bytes"}
        length: int | None = len(body)
        match fault:
            case Fault("gzip"):
                body = gzip.compress(body)
                length = len(body)
                headers["Content-Encoding"] = "gzip"
            case Fault("short", at):
                body = body[:-at]
                length = len(body)
            case Fault("unannounced", at):
                body, length = body[:at], None
            case Fault("misplaced", at):
                first += at
            case Fault("outgrown", at):
                total += at
            case Fault("replaced"):
                headers["ETag"] = _etag(content + b"!")
        if status == 206:
            headers["Content-Range"] = f"bytes {first}-{first + stop - start - 1}/{total}"
        self._head(status, headers, length)
        self._send_body(body, fault)

    def _send_body(self, body: bytes, fault: Fault | None) -> None:
        match fault:
            case Fault("cut", at):
                self.wfile.write(body[:at])
            case Fault("reset", at):
                self.wfile.write(body[:at])
                self.wfile.flush()
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
            case Fault("stall", at):
                self.wfile.write(body[:at])
                self.server.storage.closing.wait()
            case Fault("drip", at):
                for place in range(0, len(body), at):
                    self.wfile.write(body[place : place + at])
                    if self.server.storage.closing.wait(0.1):
                        return
            case _:
                self.wfile.write(body)

    def _error(self, stated: str, error: str, code: str, *, status: int = 400) -> None:
        body = {"statusCode": stated, "error": error, "message": error, "code": code}
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._head(status, headers, len(body))
        self.wfile.write(body)

    def _head(self, status: int, headers: Mapping[str, str], length: int | None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if length is None:
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    # --- what was asked ---------------------------------------------------------------------

    def _is_known(self) -> bool:
        key = self.server.storage.key
        is_jwt = key.count(".") == 2
        bearer = self.headers.get("Authorization")
        return self.headers.get("apikey") == key and bearer == (
            f"Bearer {key}" if is_jwt else None
        )

    def _is_lenient(self) -> bool:
        return not self.path.startswith(f"{PREFIX}authenticated/")

    def _path(self, below: str) -> str:
        return unquote(self.path.removeprefix(PREFIX + below))

    def _object(self, below: str) -> bytes | None:
        return self.server.storage.objects.get(self._path(below))


@lru_cache(maxsize=8)
def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _stretch(header: str | None, size: int) -> tuple[int, int]:
    """Read ``bytes=a-b`` or ``bytes=a-``; everything without it."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", header or "")
    if not asked:
        return 0, size
    last = int(asked[2]) if asked[2] else size - 1
    return int(asked[1]), min(last + 1, size)
