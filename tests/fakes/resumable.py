"""How the fake of Storage takes files in pieces: signed tus, as a browser speaks it from elsewhere."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import unquote

SIGN = "/storage/v1/object/upload/sign/"
UPLOADS = "/storage/v1/upload/resumable/sign"
PIECE = 6 * 1024 * 1024
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, PUT, POST, DELETE, OPTIONS, HEAD, PATCH",
    "Access-Control-Allow-Headers": "*, x-signature, Tus-Resumable, Upload-Length, Upload-Metadata, "
    "Upload-Offset, Content-Type",
    "Access-Control-Expose-Headers": "Location, Upload-Offset, Upload-Length, Tus-Resumable",
    "Tus-Resumable": "1.0.0",
}
_UNAUTHORIZED = b'{"statusCode":"403","error":"Unauthorized","message":"jwt expired"}'


@dataclass(slots=True)
class Begun:
    """A file on its way in."""

    path: str
    size: int
    body: bytearray = field(default_factory=bytearray)
    pieces: list[int] = field(default_factory=list)


class Resumable(BaseHTTPRequestHandler):
    """The part of the handler that is about uploads; ``server.storage`` keeps what was begun."""

    server: Any

    def sign(self) -> None:
        """Give the right to store one object; ``url`` is what Storage calls the signed address."""
        path = unquote(self.path.removeprefix(SIGN))
        token = f"token-{uuid.uuid4().hex}"
        self.server.storage.tokens[token] = path
        body = {"url": f"/object/upload/sign/{path}?token={token}", "token": token}
        self.reply(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def begin(self) -> None:
        storage = self.server.storage
        told = dict(
            pair.strip().split(" ") for pair in self.headers["Upload-Metadata"].split(",")
        )
        bucket, name = (
            base64.b64decode(told[key]).decode() for key in ("bucketName", "objectName")
        )
        path = f"{bucket}/{name}"
        if self._signed_path() != path:
            self.reply(400, {}, _UNAUTHORIZED)
            return
        upload_id = uuid.uuid4().hex
        storage.begun[upload_id] = Begun(path, int(self.headers["Upload-Length"]))
        self.reply(201, {"Location": f"{UPLOADS}/{upload_id}"})

    def do_OPTIONS(self) -> None:
        self.reply(204, {})

    def do_HEAD(self) -> None:
        begun = self._begun()
        if begun is None:
            self.reply(404, {})
            return
        self.reply(
            200,
            {"Upload-Offset": str(len(begun.body)), "Upload-Length": str(begun.size)},
        )

    def do_PATCH(self) -> None:
        """Add a piece, which is 6 MB long unless it is the last one."""
        begun = self._begun()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if begun is None:
            self.reply(404, {})
            return
        if self._signed_path() != begun.path:
            self.reply(400, {}, _UNAUTHORIZED)
            return
        is_last = len(begun.body) + len(body) == begun.size
        if int(self.headers["Upload-Offset"]) != len(begun.body):
            self.reply(409, {})
        elif len(body) != PIECE and not is_last:
            self.reply(400, {}, b'{"error":"chunk size must be 6 MB"}')
        else:
            begun.body += body
            begun.pieces.append(len(body))
            if is_last:
                self.server.storage.hold(begun.path, bytes(begun.body))
            self.reply(204, {"Upload-Offset": str(len(begun.body))})

    def reply(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**_CORS, **headers, "Content-Length": str(len(body))}.items():
            if status != 204 or name != "Content-Length":
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _begun(self) -> Begun | None:
        found: Begun | None = self.server.storage.begun.get(self.path.rpartition("/")[2])
        return found

    def _signed_path(self) -> str | None:
        path: str | None = self.server.storage.tokens.get(self.headers.get("x-signature"))
        return path
