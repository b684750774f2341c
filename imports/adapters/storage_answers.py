"""What Supabase Storage means by an answer: the true status stands in the body.

404 NoSuchKey NoSuchBucket             ObjectMissing
401 403 InvalidJWT AccessDenied        StorageRefused       a key of ours is wrong
408 423 425 429 499 5xx, no JSON       StorageUnavailable
a redirect, 413, InvalidKey, the rest  StorageRejected
"""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx

from imports.errors import (
    Failure,
    ObjectMissing,
    StorageRefused,
    StorageRejected,
    StorageUnavailable,
)

logger = logging.getLogger(__name__)

_MOST_BODY_BYTES = 64 << 10
_MOST_LIST_BYTES = 1 << 20
_PASSING = {408, 423, 425, 429, 499}


def failure_of(response: httpx.Response) -> Failure:
    """Put an answer that is not a success into our words; reads at most 64 kB of its body."""
    if 300 <= response.status_code < 400:
        # Storage never redirects: this is an attack or a wrong address of ours.
        logger.error("storage answered with a redirect, which is refused")
        return StorageRejected(StorageRefused.advice)
    body = json_object(response)
    if body is None:
        return StorageUnavailable(retry_after_seconds=_retry_after(response))
    return _failure(response, code=str(body.get("code", "")), stated=body.get("statusCode"))


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    """Read a small JSON object; None for anything else, as the page of a proxy in between."""
    body = _json(response, most_bytes=_MOST_BODY_BYTES)
    return body if isinstance(body, dict) else None


def json_list(response: httpx.Response) -> list[Any] | None:
    """Read a JSON array of at most 1 MB; None for anything else."""
    body = _json(response, most_bytes=_MOST_LIST_BYTES)
    return body if isinstance(body, list) else None


def _json(response: httpx.Response, *, most_bytes: int) -> Any:
    content = b""
    for block in response.iter_raw():
        content += block
        if len(content) > most_bytes:
            return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _failure(response: httpx.Response, *, code: str, stated: Any) -> Failure:
    status = int(stated) if str(stated).isdigit() else response.status_code
    if status == 404 or code in ("NoSuchKey", "NoSuchBucket"):
        return ObjectMissing()
    if status in (401, 403) or code in ("InvalidJWT", "AccessDenied"):
        logger.error("storage refuses our key (status %s)", status)
        return StorageRefused()
    if status in _PASSING or status >= 500:
        return StorageUnavailable(retry_after_seconds=_retry_after(response))
    logger.warning("storage rejected a request (status %s)", status)
    return StorageRejected()


def _retry_after(response: httpx.Response) -> float | None:
    """Read the seconds; the form with a date is as good as nothing here."""
    value = response.headers.get("retry-after", "").strip()
    return float(value) if value.isdigit() else None
