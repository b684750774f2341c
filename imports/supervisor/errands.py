"""What has to be carried to the outside now and then: by a thread of its own, because it may wait.

An object store, the mirror or a webhook that does not answer must not keep the supervisor from
dispatching. Each errand may be repeated and may run on every host at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from imports import alerts, mirror, retention
from imports.erase import erase_due
from imports.sweep import tidy
from imports.tracebacks import frames

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
GOODBYE_SECONDS = 2.0
# Who is behind is mostly found among the newest; now and then everybody is looked at.
RECENTLY = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True)
class Errand:
    """Something to be done again and again."""

    name: str
    every_seconds: float
    run: Callable[[], object]
    due_at: float = 0.0
    trouble: str = ""  # with the database, as long as it lasts


class Errands:
    """Runs what is due until it is stopped."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="errands", daemon=True)
        self._errands = (
            Errand(name="erase", every_seconds=1, run=erase_due),
            Errand(name="alerts", every_seconds=20, run=alerts.send_due),
            Errand(name="tidy", every_seconds=600, run=tidy),
            Errand(name="retention", every_seconds=6 * 3600, run=retention.forget_old),
            Errand(name="mirror everybody", every_seconds=600, run=_show_everybody),
            Errand(name="mirror", every_seconds=1, run=_show_recent),
        )

    def start(self) -> None:
        """Begin; the first look comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; what hangs in a call is left behind."""
        self._stopped.set()
        self._thread.join(timeout=GOODBYE_SECONDS)

    def is_alive(self) -> bool:
        """Tell whether it is still under way."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            for errand in self._errands:
                now = time.monotonic()
                if now >= errand.due_at and not self._stopped.is_set():
                    errand.due_at = now + errand.every_seconds
                    run(errand)
        connection.close()


def run(errand: Errand) -> None:
    """Do it once; whatever goes wrong is only noted."""
    try:
        errand.run()
        errand.trouble = ""
    except DatabaseError as error:
        # The database is away: nothing can be lost by waiting for it, and saying so once is enough.
        if errand.trouble != type(error).__name__:
            errand.trouble = type(error).__name__
            logger.warning("%s: %s", errand.name, errand.trouble)
        connection.close()
    except Exception as error:  # noqa: BLE001 - one errand must not end the others
        logger.error("%s: a bug\n%s", errand.name, frames(error))


def _show_everybody() -> None:
    mirror.show_due(ended_since=None)


def _show_recent() -> None:
    mirror.show_due(ended_since=timezone.now() - RECENTLY)
