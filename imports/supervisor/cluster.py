"""The django-q2 cluster as a process group of its own.

SIGTERM reaches its main process only, and once: sent to the group it kills the workers in the middle of a
task and leaves the main process hanging (measured, django-q2 1.11). Whatever the cluster does, its
whole group is killed in the end, so no orphan goes on running tasks.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress

from django.conf import settings

from imports import shutdown, worker_names

logger = logging.getLogger(__name__)


class Cluster:
    """Starts and ends one cluster at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: int | None = None
        self._lingering: int | None = None

    def start(self) -> None:
        """Start a cluster that sees the end of this process, however it comes."""
        inherited, self._pipe = os.pipe()
        self._forget_the_lingering()
        self._lingering, held = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "cluster"],
            start_new_session=True,
            pass_fds=[inherited, held],
            env={
                # Threads that come and go would each leave a heap of their own behind.
                "MALLOC_ARENA_MAX": "1",
                # What is large goes back to the system when it is freed. Left alone, the C library
                # keeps ever larger pieces after the first one that it saw go.
                "MALLOC_MMAP_THRESHOLD_": str(4 * 1024 * 1024),
                # An import keeps one processor busy. Over its small matrices two threads only wait
                # for each other, ten times as long on a busy machine as one takes.
                "OPENBLAS_NUM_THREADS": "1",
                **os.environ,
                "DATABASE_URL": settings.DATABASE_URL,
                shutdown.VARIABLE: str(inherited),
                shutdown.LINGERING: str(held),
            },
        )
        os.close(inherited)
        os.close(held)

    def is_alive(self) -> bool:
        """Tell whether the main process runs; when it ends, the rest are orphans."""
        return self._process is not None and self._process.poll() is None

    def has(self, worker: str) -> bool:
        """Tell whether a worker of this name is one of its processes."""
        return self._process is not None and worker_names.is_in_group(
            worker, group=self._process.pid
        )

    def bury_orphans(self) -> None:
        """Reap whoever ended as a child of this process: the first one of a container inherits all.

        Each slice with a paid model leaves a courier behind, and nobody else looks after those.
        """
        with suppress(ChildProcessError):  # there is nobody
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def end(self, *, within_seconds: float) -> None:
        """Drain: jobs are put back at their next step; then kill whatever is left."""
        if self._process is None:
            return
        if self._pipe is not None:
            # Workers see the end of the file and put their jobs back; the main process sees it
            # and begins its own shutdown. A SIGTERM from here would be its second, which it
            # does not survive.
            os.close(self._pipe)
            self._pipe = None
        try:
            self._process.wait(timeout=within_seconds)
        except subprocess.TimeoutExpired:
            logger.warning("the cluster did not drain within %.0f s", within_seconds)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def see_off(self, *, within_seconds: float) -> None:
        """Wait for whoever carries a paid question home; a container ends with this process."""
        if self._lingering is not None and within_seconds > 0:
            select.select([self._lingering], [], [], within_seconds)
        self._forget_the_lingering()

    def _forget_the_lingering(self) -> None:
        if self._lingering is not None:
            os.close(self._lingering)
            self._lingering = None
