"""Samples what a worker and the database take while something is measured."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

EVERY_SECONDS = 0.5


class Watch:
    """Keep the largest figures seen between entering and leaving.

    ``worker_mb`` is the largest peak resident size of one process below the worker, as the kernel
    keeps it; ``database_mb`` the proportional size of all processes of the server together,
    shared pages counted once.
    """

    def __init__(self, *, worker: int, database: Path) -> None:
        self.worker_mb = 0.0
        self.database_mb = 0.0
        self.connections = 0
        self._worker = psutil.Process(worker)
        self._server = psutil.Process(
            int((database / "postmaster.pid").read_text().split("\n", 1)[0])
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            for process in self._worker.children(recursive=True):
                self.worker_mb = max(self.worker_mb, peak_mb(process.pid))
            backends = [self._server, *self._server.children()]
            self.database_mb = max(self.database_mb, sum(map(_shared_mb, backends)))
            self.connections = max(self.connections, sum(map(_is_client, backends)))


def peak_mb(pid: int) -> float:
    """Read the largest resident size of a process so far."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _shared_mb(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_full_info().pss) / (1 << 20)
    return 0.0


def _is_client(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        # The title of a backend names user, database and peer; helpers have one word for it.
        return "[local]" in " ".join(process.cmdline()) or "127.0.0.1" in " ".join(
            process.cmdline()
        )
    return False
