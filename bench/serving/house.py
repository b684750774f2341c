"""A house for a benchmark: an embedded database in a folder of its own, keys, requests to send."""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECRET = "bench-secret"  # noqa: S105 - of a server that lives for a minute
# Starts are limited per caller: several callers share the load.
CALLERS = [f"bench{number}" for number in range(6)]


@contextmanager
def house() -> Iterator[Path]:
    """Set up the environment, the database and Django; take it all down at the end."""
    with tempfile.TemporaryDirectory(prefix="bench-api-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            _set_up(folder)
            yield folder
        finally:
            _take_down(folder)


def _set_up(folder: Path) -> None:
    digest = hashlib.sha256(SECRET.encode()).hexdigest()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="soulprint.settings",
        LOCAL_MODE="1",
        VAR_DIR=str(folder),
        LOG_LEVEL="WARNING",
        SERVICE_KEYS=",".join(f"{caller}:{digest}" for caller in CALLERS),
    )
    from soulprint.postgres import embedded_url

    os.environ["DATABASE_URL"] = embedded_url(folder / "postgres")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _take_down(folder: Path) -> None:
    from django.db import connections

    from soulprint.postgres import stop

    connections.close_all()
    stop(folder / "postgres")


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
