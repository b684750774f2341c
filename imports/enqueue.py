"""The doorbell: asks a worker to look at a job. The only file that knows django-q2.

The message is a row of the same database, so it appears with the transaction that rang it and is
gone with a rollback. It carries an id and a sequence number; the job's row says the rest.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django_q.models import OrmQ
from django_q.tasks import async_task

from imports import faults

TASK = "imports.tasks.run_import"


def ring(job_id: uuid.UUID, *, dispatch_seq: int) -> None:
    """Wake a worker for this job; call it inside the transaction that marked the job as rung."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("ring inside the transaction that wrote the row")
    async_task(TASK, job_id=str(job_id), dispatch_seq=dispatch_seq)
    faults.hit("ring.rung")


def undelivered() -> int:
    """How many messages lie in the queue."""
    return int(OrmQ.objects.count())
