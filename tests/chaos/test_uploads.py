"""The client that our page uses, over a line that breaks at random bytes, against the real server."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from django.conf import settings

from tests.fakes.cutter import Cutter
from tests.hosts import database_address, until

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

SIZE = 200_000_000
CLIENT = Path(__file__).with_name("tus_client.cjs")
LIBRARY = settings.BASE_DIR / "templates/static/pages/vendor/tus.min.js"
MEAN = 9_000_000  # bytes between two cuts
MOST_GROWTH = 25_000_000  # bytes of memory: four chunks, whatever the size of the file


@pytest.fixture
def web(house: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The web server as ``make run`` starts it; gives its port and its worker process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "1", "--blocking-threads", "2", "--no-ws",
            "--log-level", "warning", "soulprint.wsgi:application",
        ],
        cwd=settings.BASE_DIR,
        start_new_session=True,
        env={**os.environ, "DATABASE_URL": database_address(), "OBJECTS_DIR": str(house / "objects")},
    )  # fmt: skip
    until(lambda: _answers(port))
    (worker,) = psutil.Process(server.pid).children()
    yield port, worker
    server.terminate()
    server.wait(timeout=20)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _write_file(path: Path) -> str:
    """Write a file that cannot be confused with itself shifted; give its SHA-256."""
    dice, summed = random.Random(7), hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(SIZE // 1_000_000):
            block = dice.randbytes(1_000_000)
            summed.update(block)
            file.write(block)
    return summed.hexdigest()


class Peak(threading.Thread):
    """Watches the memory of a process."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._is_over = threading.Event()
        self.before = self.most = process.memory_info().rss

    def run(self) -> None:
        while not self._is_over.wait(0.05):
            self.most = max(self.most, self._process.memory_info().rss)

    def end(self) -> int:
        self._is_over.set()
        self.join()
        return self.most - self.before


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
@pytest.mark.timeout(300)
def test_200_mb_arrive_whole_over_a_line_that_breaks_at_random_bytes(
    web: tuple[int, psutil.Process], house: Path, say: Callable[[str], None]
) -> None:
    port, worker = web
    secrets = settings.LOCAL_SECRETS
    expected = _write_file(house / "source.zip")
    watch = Peak(worker)
    watch.start()
    began = time.monotonic()

    with Cutter(port, mean=MEAN, seed=11) as line:
        ran = subprocess.run(
            ["node", str(CLIENT), str(LIBRARY), f"{line.url}/uploads/", secrets.service_key,
             str(uuid.uuid4()), str(house / "source.zip")],
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    grown, took = watch.end(), time.monotonic() - began
    say(
        f"200 MB, {line.cuts} cuts, {took:.1f} s, {grown / 1e6:.1f} MB more memory in the server"
    )
    stored = house / "objects" / ran.stdout.strip()
    with stored.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == expected
    assert line.cuts > 5
    assert grown < MOST_GROWTH
