"""The moves that the sweep makes of what a dead worker held, or nobody heard."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Now

from imports.lifecycle.columns import error, unleased, unrung
from imports.lifecycle.problems import Poison, problem_of
from imports.models import ImportJob, Status

DEATHS_UNTIL_POISON = 3
_POISON = problem_of(Poison())


def reclaim(job: ImportJob) -> bool:
    """Take a stalled job from a worker that died; False if the worker was alive after all.

    A cancel that was asked for takes effect, the third death without progress is ``poison``,
    anything else goes back to the queue.
    """
    unwanted = (
        ImportJob.objects.held(job).stalled().filter(cancel_requested_at__isnull=False)
    )
    if unwanted.update(status=Status.CANCELLED, finished_at=Now(), **unleased()):
        return True
    stalled = ImportJob.objects.held(job).stalled().filter(cancel_requested_at=None)
    if job.crashes + 1 >= DEATHS_UNTIL_POISON:
        return bool(
            stalled.update(
                status=Status.FAILED,
                crashes=F("crashes") + 1,
                finished_at=Now(),
                **error(_POISON),
                **unleased(),
            )
        )
    return bool(
        stalled.update(
            status=Status.QUEUED, crashes=F("crashes") + 1, queued_at=Now(), **unleased()
        )
    )


def forget_ring(job: ImportJob) -> bool:
    """Treat a ring that nobody answered as lost, so that the job is rung again."""
    return bool(
        ImportJob.objects.rung()
        .filter(id=job.id, dispatch_seq=job.dispatch_seq)
        .update(**unrung())
    )
