"""EVERY way in which a job's status may change, and no other.

    QUEUED --claim--> RUNNING --complete--> COMPLETE
      ^                 |  |----fail------> FAILED ---retry--> QUEUED
      |----put_back-----|  |----cancel----> CANCELLED --retry--> QUEUED
      |                 |
      `--cancel--> CANCELLED   (also from QUEUED)     reclaim = put_back by the sweep

Each move is one guarded UPDATE on the database's clock, and its row count decides. A move of a
worker carries the attempt it claimed; when that is no longer the row's attempt, the worker lost
its lease and the move raises ``LostLease``.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest, Now

from imports import faults
from imports.errors import LostLease, PermanentFailure
from imports.models import ImportJob, StageName, Status

DEATHS_UNTIL_POISON = 3


class InvalidTransition(Exception):
    """The job is not in a state in which this can be done."""


class ImportInProgress(Exception):
    """This person has an active import already; ``job`` is that one."""

    def __init__(self, job: ImportJob) -> None:
        super().__init__(f"{job} is active")
        self.job = job


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a job failed or waits, in words for people and a code for machines."""

    code: str
    title: str
    detail: str
    is_retryable: bool


# --- moves that people make ------------------------------------------------------------------


def submit(
    *,
    user_id: uuid.UUID,
    storage_path: str,
    requested_by: str,
    announced_conversations: int | None = None,
    announced_messages: int | None = None,
    budget_microdollars: int | None = None,
) -> tuple[ImportJob, bool]:
    """Create a queued job; the same (user, path) while active gives the same job.

    Give the job, and whether it is new. Without a budget of its own it gets the usual one.

    :raises ImportInProgress: another export of this person is being imported
    """
    for _ in range(3):
        active = ImportJob.objects.of_user(user_id).active().first()
        if active and active.storage_path == storage_path:
            return active, False
        if active:
            raise ImportInProgress(active)
        try:
            with transaction.atomic():
                job = ImportJob.objects.create(
                    user_id=user_id,
                    storage_path=storage_path,
                    requested_by=requested_by,
                    announced_conversations=announced_conversations,
                    announced_messages=announced_messages,
                    budget_microdollars=_usual_budget()
                    if budget_microdollars is None
                    else budget_microdollars,
                )
                job.reload()
                faults.hit("submit.created")
                return job, True
        except IntegrityError:
            continue  # somebody was first: look at the job they made
    raise RuntimeError("the active import of this person keeps changing")


def retry(job_id: uuid.UUID, *, from_stage: StageName | None) -> None:
    """Send a failed or cancelled job round again, from where it stopped or from a stage before.

    :raises InvalidTransition: it is neither failed nor cancelled, or never reached that stage
    :raises ImportInProgress: the person has another active import
    """
    job = ImportJob.objects.get(id=job_id)
    stage = from_stage or StageName(job.stage)
    if _order(stage) > _order(StageName(job.stage)):
        raise InvalidTransition
    fresh: dict[str, Any] = {}
    if from_stage and _order(from_stage) <= _order(StageName.INGEST):
        fresh = {"read_part": 0, "read_offset": 0, "source_etag": ""}
    try:
        with transaction.atomic():
            moved = ImportJob.objects.filter(
                id=job_id, status__in=(Status.FAILED, Status.CANCELLED)
            ).update(
                status=Status.QUEUED,
                stage=stage,
                failures=0,
                crashes=0,
                next_attempt_at=None,
                queued_at=Now(),
                cancel_requested_at=None,
                cancel_requested_by="",
                cancel_seen_at=None,
                finished_at=None,
                **fresh,
                **_no_error(),
                **_unrung(),
            )
    except IntegrityError:
        raise ImportInProgress(
            ImportJob.objects.of_user(job.user_id).active().get()
        ) from None
    if not moved:
        raise InvalidTransition


def request_cancel(job_id: uuid.UUID, *, by: str) -> bool:
    """Ask for a job to stop: a waiting one stops at once, a running one at its next step.

    Give whether this call changed anything; asking twice is not an error.

    :raises InvalidTransition: it has ended, and not by a cancel
    """
    job = ImportJob.objects.filter(id=job_id)
    while True:
        if job.filter(status=Status.QUEUED).update(
            status=Status.CANCELLED,
            cancel_requested_at=Coalesce("cancel_requested_at", Now()),
            cancel_requested_by=by,
            cancel_seen_at=Now(),
            finished_at=Now(),
            **_unrung(),
        ):
            return True
        if job.filter(status=Status.RUNNING, cancel_requested_at=None).update(
            cancel_requested_at=Now(), cancel_requested_by=by, updated_at=Now()
        ):
            return True
        now = job.get()
        if now.status in (Status.COMPLETE, Status.FAILED):
            raise InvalidTransition
        if now.cancel_requested_at or now.status == Status.CANCELLED:
            return False
        # It was claimed or put back between the two looks: look again.


def raise_budget(job_id: uuid.UUID, *, to_microdollars: int) -> None:
    """Let an import that has not come to its end spend more.

    :raises InvalidTransition: it is complete, or may spend that much already
    """
    poorer = ImportJob.objects.filter(id=job_id, budget_microdollars__lt=to_microdollars)
    if not poorer.exclude(status=Status.COMPLETE).update(
        budget_microdollars=to_microdollars, updated_at=Now()
    ):
        raise InvalidTransition


# --- moves that workers make -----------------------------------------------------------------


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
        lease_expires_at=_lease(),
        progressed_at=Now(),
        started_at=Coalesce("started_at", Now()),
        next_attempt_at=None,
        **_unrung(),
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
        lease_expires_at=_lease(),
        **advance,
    )


def renew(job: ImportJob) -> None:
    """Renew the lease during a long call, without claiming any progress.

    :raises LostLease: another worker holds the job
    """
    _move_held(job, lease_expires_at=_lease())


def enter(job: ImportJob, *, stage: StageName, progress_percent: int) -> None:
    """Begin the next stage, or an earlier one when its output is not here.

    :raises LostLease: another worker holds the job
    """
    _move_held(
        job,
        stage=stage,
        progress_percent=Greatest(F("progress_percent"), Value(progress_percent)),
        lease_expires_at=_lease(),
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
        **(_error(problem) if problem else _no_error()),
        **_unleased(),
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
        **_no_error(),
        **_unleased(),
    )


def fail(job: ImportJob, *, problem: Problem) -> None:
    """End badly; everything stored so far stays, and a person may retry.

    :raises LostLease: another worker holds the job
    """
    _move_held(
        job, status=Status.FAILED, finished_at=Now(), **_error(problem), **_unleased()
    )


def cancel(job: ImportJob) -> None:
    """Stop because somebody asked for it.

    :raises LostLease: another worker holds the job
    """
    _move_held(
        job,
        status=Status.CANCELLED,
        cancel_seen_at=Coalesce("cancel_seen_at", Now()),
        finished_at=Now(),
        **_unleased(),
    )


def acknowledge_cancel(job: ImportJob) -> None:
    """Note that the worker has seen the wish; it stops as soon as its stage lets go."""
    unseen = ImportJob.objects.held(job).filter(cancel_seen_at=None)
    unseen.update(cancel_seen_at=Now(), updated_at=Now())


# --- moves that the sweep makes --------------------------------------------------------------


def reclaim(job: ImportJob) -> bool:
    """Take a stalled job from a worker that died; False if the worker was alive after all.

    A cancel that was asked for takes effect, the third death without progress is ``poison``,
    anything else goes back to the queue.
    """
    unwanted = (
        ImportJob.objects.held(job).stalled().filter(cancel_requested_at__isnull=False)
    )
    if unwanted.update(status=Status.CANCELLED, finished_at=Now(), **_unleased()):
        return True
    stalled = ImportJob.objects.held(job).stalled().filter(cancel_requested_at=None)
    if job.crashes + 1 >= DEATHS_UNTIL_POISON:
        return bool(
            stalled.update(
                status=Status.FAILED,
                crashes=F("crashes") + 1,
                finished_at=Now(),
                **_error(_POISON),
                **_unleased(),
            )
        )
    return bool(
        stalled.update(
            status=Status.QUEUED, crashes=F("crashes") + 1, queued_at=Now(), **_unleased()
        )
    )


def forget_ring(job: ImportJob) -> bool:
    """Treat a ring that nobody answered as lost, so that the job is rung again."""
    return bool(
        ImportJob.objects.rung()
        .filter(id=job.id, dispatch_seq=job.dispatch_seq)
        .update(**_unrung())
    )


# --- what the moves share --------------------------------------------------------------------


class Poison(PermanentFailure):
    """This import ends its worker every time."""

    code = "poison"
    advice = "It was stopped after three crashes without progress. Please contact support."


def problem_of(failure: Exception) -> Problem:
    """Put an exception into words; one that is not a Failure stays anonymous."""
    title = getattr(failure, "title", None)
    if title is None:
        return Problem(
            code="internal_error",
            title="Something went wrong on our side",
            detail="Nothing is lost. We look into it; you can retry.",
            is_retryable=True,
        )
    return Problem(
        code=failure.code,  # type: ignore[attr-defined]
        title=title(),
        detail=failure.detail,  # type: ignore[attr-defined]
        is_retryable=failure.retryable,  # type: ignore[attr-defined]
    )


_POISON = problem_of(Poison())


def _move_held(job: ImportJob, **changes: Any) -> None:
    changes.setdefault("updated_at", Now())
    faults.hit("move.before")
    if not ImportJob.objects.held(job).update(**changes):
        raise LostLease
    faults.hit("move.after")


def _usual_budget() -> int:
    return int(settings.IMPORT_BUDGET_USD * 1_000_000)


def _lease() -> models.Expression:
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)


def _unleased() -> dict[str, Any]:
    return {"lease_expires_at": None, "worker": "", "updated_at": Now()}


def _unrung() -> dict[str, Any]:
    return {"dispatched_at": None, "updated_at": Now()}


def _error(problem: Problem) -> dict[str, Any]:
    return {
        "error_code": problem.code,
        "error_title": problem.title,
        "error_detail": problem.detail,
        "error_is_retryable": problem.is_retryable,
    }


def _no_error() -> dict[str, Any]:
    return {
        "error_code": "",
        "error_title": "",
        "error_detail": "",
        "error_is_retryable": False,
    }


def _order(stage: StageName) -> int:
    return list(StageName).index(stage)
