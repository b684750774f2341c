"""How a cluster hears the doorbell: a host takes a ring only while it has a slot for it.

The broker of django-q2 takes messages before there is a worker for them, and keeps them. Where
there are several hosts, a full one would swallow the ring that an idle one waits for.
"""

from __future__ import annotations

import os
import time
from typing import Any

from django.conf import settings
from django_q.brokers.orm import ORM
from django_q.conf import Conf

from imports import worker_names
from imports.models import ImportJob, Status


class Doorbell(ORM):  # type: ignore[misc] # django-q2 has no types
    """The queue of the database, as one cluster sees it."""

    def dequeue(self) -> Any:
        """Take a message; wait for a moment and give None if there is none to take."""
        if self.queue_size() and has_free_slot():
            return super().dequeue()
        time.sleep(Conf.POLL)
        return None


def has_free_slot() -> bool:
    """Tell whether this cluster, which is this process group, runs fewer jobs than it may."""
    running = ImportJob.objects.filter(status=Status.RUNNING).values_list(
        "worker", flat=True
    )
    group = os.getpgrp()
    own = sum(worker_names.is_in_group(worker, group=group) for worker in running)
    return own < int(settings.WORKERS)
