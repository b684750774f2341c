"""The moves that a worker makes; each carries the attempt that it claimed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest, Now

from imports import faults
from imports.errors import LostLease
from imports.lifecycle.columns import error, lease, no_error, unleased, unrung
from imports.lifecycle.problems import Problem
from imports.models import ImportJob, StageName, Status


def claim(job_id: uuid.UUID, *, dispatch_seq: int, worker: str) -> ImportJob | None:
    """Take the lease of a rung job; None if the ring is stale or another worker was first."""
    moved = ImportJob.objects.filter(
        id=job_id,
        status=Status.QUEUED,
        dispatch_seq=dispatch_seq,
        dispatched_at__isnull=False,
    ).update(
        status=Status.RUNNING,
        # The attempt number is the fencing token: a worker that woke up late carries the old one.
        attempt=F("attempt") + 1,
        worker=worker,
        lease_expires_at=lease(),
        progressed_at=Now(),
        started_at=Coalesce("started_at", Now()),
        next_attempt_at=None,
        **unrung(),
    )
    faults.hit("claim.claimed")
    return ImportJob.objects.get(id=job_id) if moved else None


def checkpoint(job: ImportJob, *, progress_percent: int, has_advanced: bool) -> None:
    """Record progress and renew the lease.

    :raises LostLease: another worker holds the job
    """
    # Deaths count only while there is no progress between them.
    advance = {"progressed_at": Now(), "crashes": 0} if has_advanced else {}
    _move_held(
        job,
        progress_percent=Greatest(F("progress_percent"), Value(progress_percent)),
        lease_expires_at=lease(),
        **advance,
    )


def renew(job: ImportJob) -> None:
    """Renew the lease during a long call, without claiming any progress.

    :raises LostLease: another worker holds the job
    """
    _move_held(job, lease_expires_at=lease())


def enter(job: ImportJob, *, stage: StageName, progress_percent: int) -> None:
    """Begin the next stage, or an earlier one when its output is not here.

    :raises LostLease: another worker holds the job
    """
    _move_held(
        job,
        stage=stage,
        progress_percent=Greatest(F("progress_percent"), Value(progress_percent)),
        lease_expires_at=lease(),
    )
    job.stage = stage


def put_back(job: ImportJob, *, delay: timedelta, problem: Problem | None) -> None:
    """Give the lease back: at the end of a slice (no problem), or to try again after a delay.

    A job that somebody wished to stop in the meantime is cancelled instead.

    :raises LostLease: another worker holds the job
    """
    faults.hit("move.before")
    wanted = ImportJob.objects.held(job).filter(cancel_requested_at=None)
    if not wanted.update(
        status=Status.QUEUED,
        failures=F("failures") + 1 if problem else 0,
        next_attempt_at=Now() + delay if delay else None,
        queued_at=Now(),
        **(error(problem) if problem else no_error()),
        **unleased(),
    ):
        cancel(job)
    faults.hit("move.after")


def complete(job: ImportJob) -> None:
    """End well.

    :raises LostLease: another worker holds the job
    """
    _move_held(
        job,
        status=Status.COMPLETE,
        progress_percent=100,
        finished_at=Now(),
        **no_error(),
        **unleased(),
    )


def fail(job: ImportJob, *, problem: Problem) -> None:
    """End badly; everything stored so far stays, and a person may retry.

    :raises LostLease: another worker holds the job
    """
    _move_held(job, status=Status.FAILED, finished_at=Now(), **error(problem), **unleased())


def cancel(job: ImportJob) -> None:
    """Stop because somebody asked for it.

    :raises LostLease: another worker holds the job
    """
    _move_held(
        job,
        status=Status.CANCELLED,
        cancel_seen_at=Coalesce("cancel_seen_at", Now()),
        finished_at=Now(),
        **unleased(),
    )


def acknowledge_cancel(job: ImportJob) -> None:
    """Note that the worker has seen the wish; it stops as soon as its stage lets go."""
    unseen = ImportJob.objects.held(job).filter(cancel_seen_at=None)
    unseen.update(cancel_seen_at=Now(), updated_at=Now())


def _move_held(job: ImportJob, **changes: Any) -> None:
    changes.setdefault("updated_at", Now())
    faults.hit("move.before")
    if not ImportJob.objects.held(job).update(**changes):
        raise LostLease
    faults.hit("move.after")
