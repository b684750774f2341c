"""The place of a measurement: a folder, a PostgreSQL and settings of its own, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def house(name: str, **environment: str) -> Iterator[Path]:
    """Set up Django on an empty embedded database; give the folder."""
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as text:
        folder = Path(text)
        # As root, the server runs as a system user of its own and has to get in.
        folder.chmod(0o755)
        os.environ.update(LOCAL_MODE="1", VAR_DIR=text, LOG_LEVEL="WARNING", **environment)
        os.environ["DJANGO_SETTINGS_MODULE"] = "soulprint.settings"
        from soulprint.postgres import embedded_url, stop

        os.environ["DATABASE_URL"] = embedded_url(folder / "postgres")
        try:
            _migrate()
            yield folder
        finally:
            _disconnect()
            stop(folder / "postgres")


@contextmanager
def worker(folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``manage.py worker`` on this house, and wait until it is there."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], env={**os.environ, **environment}
    )
    try:
        _wait_for(process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait_for(process: subprocess.Popen[bytes]) -> None:
    from imports.models import Worker

    while not Worker.objects.alive().filter(name__endswith=f":{process.pid}").exists():
        if process.poll() is not None:
            raise SystemExit("the worker did not start")
        time.sleep(0.1)


def _migrate() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _disconnect() -> None:
    from django.db import connections

    connections.close_all()
