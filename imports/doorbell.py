"""How a cluster hears the doorbell: a host takes a ring only while it has a slot for it.

The broker of django-q2 takes messages before there is a worker for them, and keeps them. Where
there are several hosts, a full one would swallow the ring that an idle one waits for.

Between its looks it listens, so a ring is heard at once. Behind a pooler that shares connections
nothing is heard, and it is found at the next look.
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django_q.brokers.orm import ORM
from django_q.conf import Conf

from imports import enqueue, worker_names
from imports.models import ImportJob, Status

AWAY_SECONDS = 1.0  # between two looks whether the database is back


class Doorbell(ORM):  # type: ignore[misc] # django-q2 has no types
    """The queue of the database, as one cluster sees it."""

    _listening: Any = None  # the connection that it listens on
    # What it has taken and no worker has claimed yet: a fresh process may take a second for that.
    _taken: frozenset[tuple[uuid.UUID, int] | None] = frozenset()

    def dequeue(self) -> Any:
        """Take a message; wait for a moment, or for a ring, and give None if there is none to take.

        A database that is away is waited for: django-q2 would end this process and its log.
        """
        try:
            self._listen()
            if self.queue_size() and self._has_free_slot():
                return self._take()
            self._wait()
        except DatabaseError:
            connection.close()  # the next look opens another
            time.sleep(AWAY_SECONDS)
        return None

    def acknowledge(self, task_id: int) -> None:
        """Take a message out of the queue; one that stays there is found stale when it comes again."""
        try:
            super().acknowledge(task_id)
        except DatabaseError:
            connection.close()

    def _has_free_slot(self) -> bool:
        """Tell whether this cluster, which is this process group, has fewer jobs than it may."""
        # What is claimed between the two questions counts twice, never not at all.
        self._taken &= set(ImportJob.objects.rung().values_list("id", "dispatch_seq"))
        running = ImportJob.objects.filter(status=Status.RUNNING).values_list(
            "worker", flat=True
        )
        group = os.getpgrp()
        own = sum(worker_names.is_in_group(worker, group=group) for worker in running)
        return own + len(self._taken) < int(settings.WORKERS)

    def _take(self) -> Any:
        messages = super().dequeue()
        self._taken |= {enqueue.ring_in(payload) for _, payload in messages or ()}
        return messages

    def _listen(self) -> None:
        """Hear what is rung from now on; a connection lasts a minute, the next one has to listen anew."""
        if self._listening is None or self._listening is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {enqueue.CHANNEL}")
            self._listening = connection.connection

    def _wait(self) -> None:
        if self._listening is None or self._listening is not connection.connection:
            time.sleep(Conf.POLL)
            return
        with connection.wrap_database_errors:
            next(self._listening.notifies(timeout=Conf.POLL, stop_after=1), None)
