"""Keeps a django-q2 cluster alive, drains it, ends it; and does the dispatching and sweeping.

Both run here, outside the cluster, because a task that must always run cannot wait behind the
imports it looks after. The platform watches this process: it exits 0 after a drain and 1 when the
cluster cannot be kept alive.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from imports import worker_names
from imports.dispatch import dispatch
from imports.models import ImportJob, Status, Worker
from imports.supervisor.cluster import Cluster
from imports.supervisor.errands import Errands
from imports.sweep import RING_SECONDS, forget_rings, give_back, sweep

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
SWEEP_EVERY = 2  # ticks
# So long a ring may go unanswered where a slot is free: shorter than the sweep's patience, after
# which nobody can see any more that it was not answered.
DEAF_SECONDS = RING_SECONDS - 5.0
FRESH_SECONDS = DEAF_SECONDS + 3.0  # it may have been rung before it had started
# On a busy machine a cluster takes longer than that to load; starting it anew would only start over.
SLOWEST_START_SECONDS = 20.0
GOODBYE_SECONDS = 2.0
MOST_RESTARTS = 5
RESTARTS_WITHIN_SECONDS = 120.0


class Supervisor:
    """One per host and process; ``run`` returns the exit code."""

    def __init__(self) -> None:
        self._name = worker_names.own()
        self._stop = threading.Event()
        self._cluster = Cluster()
        self._errands = Errands()
        self._restarts: list[float] = []
        self._busy: set[str] = set()
        self._hears_since = 0.0
        self._trouble = ""  # of the database, as long as it lasts
        self._ticks = 0

    def run(self) -> int:
        """Work until a signal asks to stop, or the cluster cannot be kept alive."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        logger.info("worker %s: %s slots", self._name, settings.WORKERS)
        self._start_cluster()
        self._errands.start()
        try:
            while not self._stop.wait(TICK_SECONDS):
                self._tick()
                if len(self._restarts) > MOST_RESTARTS:
                    logger.error("worker %s: the cluster does not stay alive", self._name)
                    return 1
        finally:
            self._end()
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _tick(self) -> None:
        self._ticks += 1
        self._cluster.bury_orphans()
        is_deaf = False
        try:
            self._beat()
            # Of a cluster that is gone nobody can tell any more what it worked on.
            if self._cluster.is_alive():
                self._busy = self._busy_workers()
            if self._busy:
                self._hears_since = min(self._hears_since, time.monotonic())
            is_deaf = self._is_cluster_deaf()
            if self._ticks % SWEEP_EVERY == 0:
                sweep(spool_folder=settings.SPOOL_DIR)
            dispatch()
            self._trouble = ""
        except DatabaseError as error:
            self._wait_for_database(error)
        if not self._cluster.is_alive():
            # Whatever its exit code: a cluster that ended by itself has left orphans.
            self._restart("it ended")
        elif is_deaf:
            self._restart("it does not answer")

    def _beat(self) -> None:
        Worker.objects.update_or_create(
            name=self._name, defaults={"slots": settings.WORKERS, "beat_at": Now()}
        )

    def _is_cluster_deaf(self) -> bool:
        """Tell whether a ring goes unanswered while this cluster has a slot for it.

        A worker that was killed while it waited holds the queue's lock for ever, and nothing in
        django-q2 notices. Another host's cluster may be the deaf one: then this one loses some
        seconds for nothing.
        """
        if time.monotonic() - self._hears_since < FRESH_SECONDS:
            return False
        unanswered = ImportJob.objects.rung().filter(
            dispatched_at__lt=Now() - timedelta(seconds=DEAF_SECONDS)
        )
        if not unanswered.exists():
            return False
        return len(self._busy) < settings.WORKERS

    def _busy_workers(self) -> set[str]:
        """Name the processes of this cluster that hold a job."""
        running = ImportJob.objects.filter(status=Status.RUNNING)
        return set(filter(self._cluster.has, running.values_list("worker", flat=True)))

    def _start_cluster(self) -> None:
        self._cluster.start()
        self._hears_since = time.monotonic() + SLOWEST_START_SECONDS

    def _restart(self, why: str) -> None:
        logger.warning("worker %s: the cluster is started anew, %s", self._name, why)
        now = time.monotonic()
        recent = [at for at in self._restarts if now - at < RESTARTS_WITHIN_SECONDS]
        self._restarts = [*recent, now]
        self._cluster.end(within_seconds=settings.DRAIN_SECONDS / 2)
        if self._stop.is_set():
            return
        self._start_cluster()
        self._note(restarts=F("restarts") + 1)
        # What it had taken from the queue is gone with it, and what it held is held by nobody.
        self._tell_database(forget_rings)
        self._tell_database(lambda: give_back(self._busy))
        self._busy = set()

    def _end(self) -> None:
        """Give the work back; afterwards no process of the cluster is left."""
        logger.info("worker %s: draining", self._name)
        ends_at = time.monotonic() + settings.DRAIN_SECONDS + GOODBYE_SECONDS
        self._errands.stop()
        self._note(draining_at=Now())
        self._cluster.end(within_seconds=settings.DRAIN_SECONDS)
        self._tell_database(Worker.objects.filter(name=self._name).delete)
        self._cluster.see_off(within_seconds=ends_at - time.monotonic())
        logger.info("worker %s: stopped", self._name)

    def _note(self, **changes: object) -> None:
        self._tell_database(
            lambda: Worker.objects.filter(name=self._name).update(**changes)
        )

    def _tell_database(self, what: Callable[[], object]) -> None:
        """Do what is good to do but not worth dying for, should the database be away."""
        try:
            what()
        except DatabaseError as error:
            self._wait_for_database(error)

    def _wait_for_database(self, error: DatabaseError) -> None:
        """Say once that it is away; nothing can be lost by waiting, and nobody hears a ring."""
        if self._trouble != type(error).__name__:
            self._trouble = type(error).__name__
            logger.warning("worker %s: %s", self._name, self._trouble)
        self._hears_since = max(self._hears_since, time.monotonic())
        connection.close()
