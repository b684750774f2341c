"""A Supabase Auth on 127.0.0.1, as far as tokens go: it signs them and publishes its keys.

with FakeAuth() as auth:
    settings.SUPABASE_URL = auth.url
    token = auth.token(sub=str(user))
    auth.mode = "down"                # or: page, cut, no_keys, list
    auth.fetches                      # how often the keys were asked for
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm

PATH = "/auth/v1/.well-known/jwks.json"
Mode = Literal["well", "down", "page", "cut", "no_keys", "list"]


class FakeAuth:
    """Signs with one key; ``mode`` says how it answers who asks for its keys."""

    def __init__(self) -> None:
        self.kid = "key-1"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.mode: Mode = "well"
        self.fetches = 0

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"auth": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def token(
        self,
        *,
        key: Any = None,
        algorithm: str = "ES256",
        kid: str | None = "key-1",
        expires_in: int = 3600,
        **claims: Any,
    ) -> str:
        """Sign a token of a signed-in user; a claim of None is left out."""
        now = int(time.time())
        said = {
            "iss": f"{self.url}/auth/v1",
            "aud": "authenticated",
            "role": "authenticated",
            "sub": str(uuid.uuid4()),
            "iat": now,
            "exp": now + expires_in,
            "is_anonymous": False,
            **claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        headers = {"kid": kid} if kid else {}
        signing = None if algorithm == "none" else key or self.key
        return jwt.encode(said, signing, algorithm=algorithm, headers=headers)

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.kid = "key-2"

    def key_set(self) -> dict[str, Any]:
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "ES256"}]}


class _Handler(BaseHTTPRequestHandler):
    auth: FakeAuth

    def do_GET(self) -> None:
        self.auth.fetches += 1
        match self.auth.mode:
            case "down":
                self._send(503, b"no server is available")
            case "page":
                self._send(200, b"<html>520</html>")
            case "no_keys":
                self._send(200, b'{"keys": []}')
            case "list":
                self._send(200, b"[]")
            case "cut":
                self._send(200, b'{"keys": [', announced=500)
            case _:
                known = self.path == PATH
                body = json.dumps(self.auth.key_set()).encode()
                self._send(200 if known else 404, body if known else b"{}")

    def _send(self, status: int, body: bytes, *, announced: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(announced or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output clean."""
