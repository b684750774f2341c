"""Looks after a job while its stage is busy between two yields.

A thread renews the lease as long as the stage gave a sign of life lately; a stage that hangs stops
being renewed, its lease runs out, and the sweep gives the job to somebody else. The same thread
sees a wish to cancel, a shutdown or a lost lease, and when the stage is too deep in a call to see
it itself, interrupts it: a signal makes the blocked system call return into a raised exception.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from imports import lifecycle
from imports.errors import CancelRequested, Interrupted, LostLease
from imports.models import ImportJob
from imports.runner.endings import Draining

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# The longest that a stage may be silent: one call to a model, with its own timeout of 120 s.
SILENCE_SECONDS = 180.0
# A stage that yields sees everything itself; one that has not for this long is interrupted.
PATIENCE_SECONDS = 3.0
_SIGNAL = signal.SIGUSR1


class Heartbeat:
    """Renews the lease of a job until the block is left."""

    def __init__(self, job: ImportJob, *, is_draining: Callable[[], bool]) -> None:
        self._job = job
        self._is_draining = is_draining
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._sign_of_life = time.monotonic()
        self._renewed = time.monotonic()
        self._may_interrupt = False
        self._reason: Interrupted | None = None
        self.has_lost_lease = False
        self.has_interrupted = False

    def note_sign_of_life(self) -> None:
        """Note that the stage gave a sign of life."""
        self._sign_of_life = time.monotonic()

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Allow this block, which must run in the main thread, to be interrupted.

        :raises Interrupted: whatever the reason was
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.signal(_SIGNAL, self._on_signal)
        self._may_interrupt = True
        try:
            yield
        finally:
            self._may_interrupt = False
            # A beat may be about to send one: unhandled, it would end the process.
            signal.signal(_SIGNAL, signal.SIG_IGN)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=5)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._may_interrupt and self._reason is not None:
            self._may_interrupt = False
            self.has_interrupted = True
            raise self._reason

    def _beat(self) -> None:
        try:
            while not self._ended.wait(LOOK_SECONDS):
                silent = time.monotonic() - self._sign_of_life
                if silent > SILENCE_SECONDS:
                    logger.warning(
                        "job %s: silent for too long, lease lapses", self._job.id
                    )
                    return
                self._reason = self._look()
                if self._reason and silent > PATIENCE_SECONDS and self._may_interrupt:
                    signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)
        finally:
            connection.close()

    def _look(self) -> Interrupted | None:
        """Renew the lease if it is time; give a reason to stop, if there is one."""
        try:
            if time.monotonic() - self._renewed > settings.LEASE_SECONDS / 3:
                lifecycle.renew(self._job)
                self._renewed = time.monotonic()
            wishes = ("cancel_requested_at", "cancel_seen_at")
            row = ImportJob.objects.held(self._job).values_list(*wishes).first()
            if row and row[0] and not row[1]:
                lifecycle.acknowledge_cancel(self._job)
        except LostLease:
            row = None
        except DatabaseError:
            # The database is away: the lease may lapse, the next beat tries again.
            logger.warning("job %s: the lease could not be renewed", self._job.id)
            connection.close()
            return None
        if row is None:
            self.has_lost_lease = not self._ended.is_set()
            return LostLease()
        if row[0]:
            return CancelRequested()
        return Draining() if self._is_draining() else None
