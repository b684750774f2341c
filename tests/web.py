"""The web server of a test: the very command of ``make run``, on a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import psutil
from django.conf import settings

from imports.management.commands.run import serving
from tests.hosts import database_address, until


class Web:
    """It may be killed, and started anew on the same port."""

    def __init__(self, objects: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._objects = objects
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> psutil.Process:
        """Start it, wait until it answers; give the process that does the work."""
        self._server = subprocess.Popen(
            [sys.executable, *serving(self.port)],
            cwd=settings.BASE_DIR,
            start_new_session=True,
            env={
                **os.environ,
                "DATABASE_URL": database_address(),
                "OBJECTS_DIR": str(self._objects),
            },
        )
        until(self._answers)
        (worker,) = psutil.Process(self._server.pid).children()
        return worker

    def kill(self) -> None:
        if self._server:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = None

    def _answers(self) -> bool:
        address = f"http://127.0.0.1:{self.port}/healthz"
        try:
            return httpx.get(address, trust_env=False).is_success
        except httpx.TransportError:
            return False


class Peak(threading.Thread):
    """Watches how far the memory of a process grows from where it is now."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._is_over = threading.Event()
        self.before = self.most = process.memory_info().rss

    def run(self) -> None:
        while not self._is_over.wait(0.02):
            self.most = max(self.most, self._process.memory_info().rss)

    def end(self) -> int:
        self._is_over.set()
        self.join()
        return self.most - self.before
