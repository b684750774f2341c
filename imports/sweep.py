"""Finds what is stalled or lost and puts it back; safe to run anywhere, at any time."""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now

from imports import lifecycle, logbook, uploads
from imports.errors import LostLease
from imports.models import ImportJob, ModelCall, Status, Worker
from imports.models.jobs import end_if_asleep
from imports.pipeline import spool

logger = logging.getLogger(__name__)

# A ring is answered within a second when a slot is free; whoever waits longer was not heard.
RING_SECONDS = 17
WORKERS_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many jobs had lost their worker, and how many rings nobody had heard."""

    reclaimed: int
    lost_rings: int


def sweep(*, spool_folder: Path) -> Swept:
    """Put back what lost its worker or its ring, and remove what no job owns."""
    swept = Swept(
        reclaimed=_reclaim_stalled(),
        lost_rings=forget_rings(older_than=timedelta(seconds=RING_SECONDS)),
    )
    _remove_orphans(spool_folder)
    return swept


def tidy() -> None:
    """Remove what soon means nothing any more: dead supervisors, uploads that nobody goes on with."""
    Worker.objects.filter(beat_at__lt=Now() - WORKERS_FOR).delete()
    uploads.remove_expired()
    # A finished import did without what a dead attempt had asked: a deploy in between may have
    # brought another prompt.
    ModelCall.objects.filter(job__status=Status.COMPLETE).write_off()


def forget_rings(*, older_than: timedelta = timedelta(0)) -> int:
    """Treat rings as lost; whoever still answers one of them finds that it is stale."""
    lost = ImportJob.objects.rung().filter(dispatched_at__lt=Now() - older_than)
    return sum(lifecycle.forget_ring(job) for job in lost)


def give_back(workers: Collection[str]) -> None:
    """Put back at once what these workers held; they died, and not of what they worked on.

    Only a supervisor can say so, of processes that it has killed itself.
    """
    held = ImportJob.objects.filter(status=Status.RUNNING, worker__in=workers)
    for job in held.order_by("lease_expires_at"):
        with suppress(LostLease), transaction.atomic():
            lifecycle.put_back(job, delay=timedelta(0), problem=None)
            logbook.close_crashed(job)


@transaction.atomic
def _reclaim_stalled() -> int:
    end_if_asleep()
    reclaimed = 0
    # A row that somebody else has locked is looked at again the next time: waiting for it here
    # would keep everybody else waiting.
    stalled = ImportJob.objects.stalled().select_for_update(skip_locked=True, no_key=True)
    for job in stalled.order_by("lease_expires_at"):
        if lifecycle.reclaim(job):
            logger.warning("job %s: worker %s died in %s", job.id, job.worker, job.stage)
            logbook.close_crashed(job)
            reclaimed += 1
    return reclaimed


def _remove_orphans(folder: Path) -> None:
    """Remove spools of jobs that have ended; one that waits may need its spool again."""
    keep = set(ImportJob.objects.active().values_list("id", flat=True))
    for path in spool.orphans(folder, keep=keep):
        logger.info("spool of job %s is removed", path.name)
        try:
            spool.remove_folder(path)
        except OSError as error:
            # Another account's, or a disk that went bad: no reason to end the supervisor.
            logger.warning("job %s: its spool stays: %s", path.name, type(error).__name__)
