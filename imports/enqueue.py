"""The doorbell: asks a worker to look at a job. The only file that knows django-q2.

The message is a row of the same database, so it appears with the transaction that rang it and is
gone with a rollback. It carries an id and a sequence number; the job's row says the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from imports import faults

TASK = "imports.tasks.run_import"
CHANNEL = "imports_rung"  # on which clusters listen


def ring(job_id: uuid.UUID, *, dispatch_seq: int) -> None:
    """Wake a worker for this job; call it inside the transaction that marked the job as rung."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("ring inside the transaction that wrote the row")
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    async_task(TASK, job_id=str(job_id), dispatch_seq=dispatch_seq, group=str(job_id))
    faults.hit("ring.rung")


def ring_in(payload: str) -> tuple[uuid.UUID, int] | None:
    """Read from a message which job was rung, and with which number; None if it is not signed by us."""
    told = OrmQ(payload=payload).kwargs()
    return (uuid.UUID(told["job_id"]), told["dispatch_seq"]) if told else None


def undelivered() -> int:
    """How many messages lie in the queue and were not taken by anybody."""
    return int(OrmQ.objects.filter(lock__lte=timezone.now()).count())


def forget(job_ids: Collection[uuid.UUID]) -> None:
    """Take everything about these jobs out of the queue: what waits in it and what has ended."""
    groups = [str(job_id) for job_id in job_ids]
    Task.objects.filter(group__in=groups).delete()
    # A message is sealed, so each is opened; there are never more of them than slots.
    waiting = [row.pk for row in OrmQ.objects.all() if row.group() in groups]
    OrmQ.objects.filter(pk__in=waiting).delete()


def forget_ended(*, before: datetime) -> int:
    """Remove what the queue keeps of tasks that ended before; give how many that were."""
    removed, _ = Task.objects.filter(stopped__lt=before).delete()
    return int(removed)
