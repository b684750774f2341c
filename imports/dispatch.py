"""Who runs next: rings as many waiting jobs as there are free slots, and never more.

Order: priority, then how few jobs the person has running, then who has waited longest since they
last ran. A job that used up its slice goes to the end of the line, so a big import cannot starve
a small one. Because at most a slot's worth of messages is ever in the queue, pausing, cancelling
and reordering what waits need no help from the queue.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from imports import enqueue
from imports.models import ImportJob, Status, Worker
from imports.models.jobs import end_if_asleep

# One dispatcher at a time, over all processes and hosts.
_LOCK = 0x736F_756C_7072  # "soulpr"


def dispatch() -> int:
    """Ring what may run now; give how many were rung."""
    with transaction.atomic():
        end_if_asleep()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        rung = 0
        for job in _next_in_line(_free_slots()):
            marked = (
                ImportJob.objects.waiting()
                .filter(id=job.id)
                .update(
                    dispatched_at=Now(),
                    dispatch_seq=F("dispatch_seq") + 1,
                    updated_at=Now(),
                )
            )
            if marked:
                enqueue.ring(job.id, dispatch_seq=job.dispatch_seq + 1)
                rung += 1
    return rung


def slots() -> int:
    """How many jobs may run at once; with no worker alive, as many as one would offer.

    So a trigger rings even while the worker restarts, and the message waits for it.
    """
    return Worker.objects.slots() or settings.WORKERS


def _free_slots() -> int:
    busy = ImportJob.objects.filter(status=Status.RUNNING).count()
    return max(0, slots() - busy - ImportJob.objects.rung().count())


def _next_in_line(free: int) -> list[ImportJob]:
    running = (
        ImportJob.objects.filter(user_id=OuterRef("user_id"), status=Status.RUNNING)
        .values("user_id")
        .annotate(n=Count("id"))
        .values("n")
    )
    waiting = ImportJob.objects.waiting().annotate(running=Coalesce(Subquery(running), 0))
    # Whoever holds a row may be about to dispatch, too, and would wait for us.
    unlocked = waiting.select_for_update(skip_locked=True, no_key=True)
    return list(unlocked.order_by("-priority", "running", "queued_at", "id")[:free])
