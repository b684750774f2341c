"""A tus client in a few lines, for test clients of every kind."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

from django.test import Client

PERSON = uuid.UUID("11111111-1111-4111-8111-111111111111")
BODY = bytes(range(256)) * 1000
PIECE = "application/offset+octet-stream"


def encoded(**values: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in values.items()
    )


def said(**headers: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }


def begin(who: Client, size: int = len(BODY), **metadata: str) -> Any:
    named = {"filename": "export.zip", "user_id": str(PERSON)} | metadata
    told = said(Upload_Length=str(size), Upload_Metadata=encoded(**named))
    return who.post("/uploads/", headers=told)


def send(who: Client, place: str, offset: int, body: bytes, **headers: str) -> Any:
    return who.patch(
        place,
        body,
        content_type=PIECE,
        headers=said(Upload_Offset=str(offset), **headers),
    )


def offset(who: Client, place: str) -> str:
    return str(who.head(place, headers=said())["Upload-Offset"])


def sha_of(body: bytes, algorithm: str = "sha1") -> str:
    digest = hashlib.new(algorithm, body).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"
