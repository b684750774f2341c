"""The moves that people make: submit, retry, cancel, and let an import spend more."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce, Now

from imports import faults
from imports.lifecycle.columns import no_error, unrung
from imports.models import ImportJob, StageName, Status

_DAY = timedelta(days=1)


class InvalidTransition(Exception):
    """The job is not in a state in which this can be done."""


class ImportInProgress(Exception):
    """This person has an active import already; ``job`` is that one."""

    def __init__(self, job: ImportJob) -> None:
        super().__init__(f"{job} is active")
        self.job = job


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

    Give the job, and whether it is new. Without a budget of its own it gets the usual one, or
    what the person's other imports of the last day have left of ``USER_BUDGET_USD``.

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
                    budget_microdollars=_usual_budget(user_id)
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
    if stage != job.stage:
        fresh["progress_percent"] = 0  # what lies behind this stage is to be done again
    if from_stage and _order(from_stage) <= _order(StageName.INGEST):
        fresh |= {"read_part": 0, "read_offset": 0, "source_etag": ""}
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
                **no_error(),
                **unrung(),
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
            **unrung(),
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


def _usual_budget(user_id: uuid.UUID) -> int:
    lately = ImportJob.objects.of_user(user_id).filter(created_at__gte=Now() - _DAY)
    spent = lately.aggregate(Sum("spent_microdollars"))["spent_microdollars__sum"] or 0
    left = int(settings.USER_BUDGET_USD * 1_000_000) - spent
    return max(0, min(int(settings.IMPORT_BUDGET_USD * 1_000_000), left))


def _order(stage: StageName) -> int:
    return list(StageName).index(stage)
