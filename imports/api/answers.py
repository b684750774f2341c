"""Makes HTTP answers: JSON bytes, links, ETags, and when to ask again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

FIRST_POLL_SECONDS = 2
SLOWEST_POLL_SECONDS = 30
VARY = "Authorization, Cookie"  # who asks decides what they see
_ROOT = "soulprint.root"  # nothing that a client sends can have this name
_ENCODER = msgspec.json.Encoder()


def answer(
    payload: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json",
) -> HttpResponse:
    """Answer with JSON that nobody stores."""
    return HttpResponse(
        _encode(payload),
        status=status,
        content_type=content_type,
        headers={"Cache-Control": "private, no-store", "Vary": VARY, **(headers or {})},
    )


def polled(
    request: HttpRequest, payload: Mapping[str, Any], *, retry_after: int | None
) -> HttpResponse:
    """Answer something that is asked for again and again: 304 while it stays the same."""
    body = _encode(payload)
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Vary": VARY,
    }
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if _is_known(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


def poll_seconds(created_at: datetime, *, now: datetime) -> int:
    """Give when to ask again: soon while an import is young, less often when it takes long."""
    age = (now - created_at) / timedelta(minutes=1)
    return min(SLOWEST_POLL_SECONDS, max(FIRST_POLL_SECONDS, round(age)))


def root_of(request: HttpRequest) -> str:
    """Give the address that links begin with.

    :raises DisallowedHost: the request names a host that is not ours
    """
    root = request.META.get(_ROOT)
    if root is None:
        root = request.META[_ROOT] = f"{request.scheme}://{request.get_host()}"
    return str(root)


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _encode(payload: Mapping[str, Any]) -> bytes:
    return _ENCODER.encode(payload)


def _is_known(header: str, etag: str) -> bool:
    if not header or header == etag:
        return bool(header)
    known = parse_etags(header)
    return "*" in known or any(candidate.removeprefix("W/") == etag for candidate in known)
