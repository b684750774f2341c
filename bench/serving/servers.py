"""Starts a web server in a process of its own, and tells what it has spent."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

GRANIAN = [
    "granian",
    "--host",
    "127.0.0.1",
    "--workers",
    "1",
    "--no-ws",
    "--log-level",
    "error",
]
# One thread computes while the other waits for the database; coroutines need only one.
THREADS = {"wsgi": "2", "asgi": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Give what this server and its workers have computed so far."""
        everybody = [self.process, *self.process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in everybody)

    def peak_megabytes(self) -> int:
        """Give the most that its largest process has ever held."""
        everybody = [self.process, *self.process.children(recursive=True)]
        return max(_peak_kilobytes(each.pid) for each in everybody) // 1024


def _peak_kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@contextmanager
def served(application: str, *, interface: str = "wsgi") -> Iterator[Server]:
    """Serve as in production, by one worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [*GRANIAN, "--interface", interface, "--port", str(port)]
    options += ["--blocking-threads", THREADS[interface]]
    process = subprocess.Popen([sys.executable, "-m", *options, application])
    try:
        _wait(port, process)
        yield Server(port=port, process=psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit("a server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("a server does not listen")
