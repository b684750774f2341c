"""Keeps the lease while a stage is busy between two yields, but not for ever.

A thread renews the lease as long as the stage gave a sign of life lately. A stage that hangs stops
being renewed, its lease runs out, and the sweep gives the job to somebody else.
"""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from imports import lifecycle
from imports.errors import LostLease
from imports.models import ImportJob

logger = logging.getLogger(__name__)

# The longest that a stage may be silent: one call to a model, with its own timeout of 120 s.
SILENCE_SECONDS = 180.0


class Heartbeat:
    """Renews the lease of a job until the block is left."""

    def __init__(self, job: ImportJob) -> None:
        self._job = job
        self._ended = threading.Event()
        self._sign_of_life = time.monotonic()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.lost = False

    def is_alive(self) -> None:
        """Note that the stage gave a sign of life."""
        self._sign_of_life = time.monotonic()

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

    def _beat(self) -> None:
        try:
            while not self._ended.wait(settings.LEASE_SECONDS / 3):
                if time.monotonic() - self._sign_of_life > SILENCE_SECONDS:
                    logger.warning(
                        "job %s: silent for too long, lease lapses", self._job.id
                    )
                    return
                self._renew()
        except LostLease:
            self.lost = True
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            lifecycle.renew(self._job)
        except DatabaseError:
            # The database is away: the lease may lapse, the next beat tries again.
            logger.warning("job %s: the lease could not be renewed", self._job.id)
            connection.close()
