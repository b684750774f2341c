"""The client that our page uses, over a line that breaks at random bytes, against the real server."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
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

from imports.models import Upload
from tests.fakes.fault_proxy import FaultProxy
from tests.hosts import database_address, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine"),
]

SIZE = 200_000_000
CLIENT = Path(__file__).with_name("tus_client.cjs")
LIBRARY = settings.BASE_DIR / "templates/static/pages/vendor/tus.min.js"
MEAN = 9_000_000  # bytes between two cuts
MOST_GROWTH = 25_000_000  # bytes of memory: four chunks, whatever the size of the file


class Web:
    """The web server as ``make run`` starts it; it may be killed and started anew."""

    def __init__(self, house: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._objects = house / "objects"
        self._server: subprocess.Popen[bytes]

    def start(self) -> psutil.Process:
        """Start it, wait until it answers; give the process that does the work."""
        self._server = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
                "--port", str(self.port), "--workers", "1", "--blocking-threads", "2", "--no-ws",
                "--log-level", "warning", "soulprint.wsgi:application",
            ],
            cwd=settings.BASE_DIR,
            start_new_session=True,
            env={
                **os.environ,
                "DATABASE_URL": database_address(),
                "OBJECTS_DIR": str(self._objects),
            },
        )  # fmt: skip
        until(self._answers)
        (worker,) = psutil.Process(self._server.pid).children()
        return worker

    def kill(self) -> None:
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def _answers(self) -> bool:
        address = f"http://127.0.0.1:{self.port}/healthz"
        try:
            return httpx.get(address, trust_env=False).is_success
        except httpx.TransportError:
            return False


@pytest.fixture
def web(house: Path) -> Iterator[Web]:
    web = Web(house)
    yield web
    web.kill()


def _client(endpoint: str, file: Path, *, wait_ms: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["node", str(CLIENT), str(LIBRARY), endpoint, settings.LOCAL_SECRETS.service_key,
         str(uuid.uuid4()), str(file), str(wait_ms)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


@pytest.mark.timeout(300)
def test_200_mb_arrive_whole_over_a_line_that_breaks_at_random_bytes(
    web: Web, house: Path, say: Callable[[str], None]
) -> None:
    watch = Peak(web.start())
    expected = _write_file(house / "source.zip")
    watch.start()
    began = time.monotonic()

    dice = random.Random(11)
    with FaultProxy(("127.0.0.1", web.port), counts="questions") as line:
        line.reset_after = lambda: int(dice.expovariate(1 / MEAN))
        endpoint = f"http://127.0.0.1:{line.port}/uploads/"
        client = _client(endpoint, house / "source.zip", wait_ms=100)
        path, trouble = client.communicate(timeout=240)

    assert client.returncode == 0, trouble
    grown, took = watch.end(), time.monotonic() - began
    say(f"200 MB, {line.resets} cuts, {took:.1f} s, {grown / 1e6:.1f} MB more memory")
    assert _digest(house / "objects" / path.strip()) == expected
    assert line.resets > 5
    assert grown < MOST_GROWTH


@pytest.mark.timeout(300)
def test_200_mb_arrive_whole_though_the_server_is_killed_three_times(
    web: Web, house: Path, say: Callable[[str], None]
) -> None:
    web.start()
    expected = _write_file(house / "source.zip")
    began = time.monotonic()

    client = _client(
        f"http://127.0.0.1:{web.port}/uploads/", house / "source.zip", wait_ms=700
    )
    for share in (0.2, 0.5, 0.8):
        until(lambda share=share: _bytes_done() > SIZE * share, seconds=90)  # type: ignore[misc]
        web.kill()
        web.start()
    path, trouble = client.communicate(timeout=120)

    assert client.returncode == 0, trouble
    say(f"200 MB, three kills, {time.monotonic() - began:.1f} s")
    assert _digest(house / "objects" / path.strip()) == expected


def _bytes_done() -> int:
    done = Upload.objects.values_list("bytes_done", flat=True).first()
    return done or 0
