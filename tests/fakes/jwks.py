"""A Supabase Auth on 127.0.0.1, as far as tokens go: people sign in, it publishes its keys.

with FakeAuth() as auth:
    settings.SUPABASE_URL = auth.url
    token = auth.token(sub=str(user))
    auth.mode = "down"                # or: page, cut, no_keys, list
    auth.fetches                      # how often the keys were asked for
    auth.people["ada@example.org"] = str(user)   # may sign in with PASSWORD, as supabase-js does
"""

from __future__ import annotations

import json
import time
import uuid
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.fakes.serving import Served

PATH = "/auth/v1/.well-known/jwks.json"
PASSWORD = "correct horse"  # of everybody
Mode = Literal["well", "down", "page", "cut", "no_keys", "list"]


class FakeAuth(Served):
    """Signs with one key; ``mode`` says how it answers who asks for its keys."""

    def __init__(self) -> None:
        self.kid = "key-1"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.mode: Mode = "well"
        self.fetches = 0
        self.people: dict[str, str] = {}
        self.rsa_keys: dict[str, rsa.RSAPrivateKey] = {}
        self.serve(_Handler, name="auth")

    @property
    def url(self) -> str:
        return self.address

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

    def session(self, email: str) -> dict[str, Any]:
        """Give what signing in answers: a token with every claim that Auth puts into one."""
        person = self.person(self.people[email], email=email)
        token = self.token(
            sub=person["id"],
            email=email,
            phone="",
            app_metadata=person["app_metadata"],
            user_metadata=person["user_metadata"],
            aal="aal1",
            amr=[{"method": "password", "timestamp": int(time.time())}],
            session_id=str(uuid.uuid4()),
        )
        expires_at = int(time.time()) + 3600
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": 3600,
            "expires_at": expires_at,
            "refresh_token": "a-refresh-token",
            "user": person,
        }

    def person(self, user_id: str, *, email: str) -> dict[str, Any]:
        return {
            "id": user_id,
            "aud": "authenticated",
            "role": "authenticated",
            "email": email,
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {"email_verified": True},
            "is_anonymous": False,
            "created_at": "2026-03-01T12:00:00Z",
        }

    def person_of(self, bearer: str) -> dict[str, Any] | None:
        """Give whom a token speaks for, as ``GET /user`` does."""
        try:
            claims = jwt.decode(
                bearer.removeprefix("Bearer "),
                self.key.public_key(),
                algorithms=["ES256"],
                audience="authenticated",
            )
        except jwt.PyJWTError:
            return None
        return self.person(claims["sub"], email=claims["email"])

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.kid = "key-2"

    def key_set(self) -> dict[str, Any]:
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        keys = [{**public, "kid": self.kid, "use": "sig", "alg": "ES256"}]
        for kid, key in self.rsa_keys.items():
            public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            keys.append({**public, "kid": kid, "use": "sig", "alg": "RS256"})
        return {"keys": keys}


class _Handler(BaseHTTPRequestHandler):
    auth: FakeAuth

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        sent = json.loads(self.rfile.read(length))
        is_password = self.path == "/auth/v1/token?grant_type=password"
        if is_password and sent.get("password") == PASSWORD:
            self._tell(200, self.auth.session(sent["email"]))
        else:
            self._tell(400, {"code": "invalid_credentials", "message": "Invalid login"})

    def do_GET(self) -> None:
        if self.path == "/auth/v1/user":
            person = self.auth.person_of(self.headers.get("Authorization", ""))
            self._tell(200 if person else 403, person or {"code": "bad_jwt"})
            return
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

    def _tell(self, status: int, said: dict[str, Any]) -> None:
        self._send(status, json.dumps(said).encode())

    def _send(self, status: int, body: bytes, *, announced: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(announced or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output clean."""
