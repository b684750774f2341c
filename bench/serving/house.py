"""The house of a benchmark over HTTP: the ordinary one with keys of callers, and what they send."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bench.house

SECRET = "bench-secret"  # noqa: S105 - of a server that lives for a minute
# Starts are limited per caller: several callers share the load.
CALLERS = [f"bench{number}" for number in range(6)]


@contextmanager
def house() -> Iterator[Path]:
    """Set up a house that knows the callers; give its folder."""
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    keys = ",".join(f"{caller}:{digest}" for caller in CALLERS)
    with bench.house.house("api", SERVICE_KEYS=keys) as folder:
        yield folder


def poll(job_id: uuid.UUID | str, *, etag: str = "") -> bytes:
    """Write the request of a poll."""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return (
        f"GET /api/imports/{job_id}/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {CALLERS[0]}.{SECRET}\r\n{known}\r\n"
    ).encode()


def starts() -> Iterator[bytes]:
    """Write requests that each start an import of somebody new."""
    number = 0
    while True:
        user = uuid.uuid4()
        body = f'{{"user_id": "{user}", "storage_path": "imports/{user}/export.zip"}}'
        caller = CALLERS[number % len(CALLERS)]
        number += 1
        yield (
            f"POST /api/imports/ HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {caller}.{SECRET}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
