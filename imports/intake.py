"""What people ask of imports: start one, retry it, cancel it, let it spend more.

Each asks whether this account may do it, makes one move of the lifecycle, writes one line in the
job's log that says who asked and why, and one look at the free slots, all in one transaction: what
was answered with a 202 is committed together with its doorbell.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction

from imports import audit, lifecycle, logbook
from imports.actors import Who, require
from imports.dispatch import dispatch
from imports.models import ImportJob, StageLog, StageName, Status

# A worker that was silent for so long, with no sweep to notice, does not keep a person waiting.
STALLED_FOR_GOOD = timedelta(minutes=15)


def start(
    *,
    user_id: uuid.UUID,
    storage_path: str,
    requested_by: Who,
    announced_conversations: int | None = None,
    announced_messages: int | None = None,
    budget_microdollars: int | None = None,
    reason: str = "",
) -> ImportJob:
    """Import an export; the same person and path while that is active gives the same job.

    An import of another export that has been stalled for 15 minutes is cancelled and replaced.

    :raises NotAllowed: this account may not start imports
    :raises ImportInProgress: another export of this person is being imported
    """
    require(requested_by, "imports.start_importjob")
    with transaction.atomic():
        _replace_stalled(user_id, storage_path=storage_path, by=str(requested_by))
        job, is_new = lifecycle.submit(
            user_id=user_id,
            storage_path=storage_path,
            requested_by=str(requested_by),
            announced_conversations=announced_conversations,
            announced_messages=announced_messages,
            budget_microdollars=budget_microdollars,
        )
        if is_new:
            _record(job.id, action="requested", actor=requested_by, reason=reason)
            dispatch()
    job.reload()
    return job


def retry(
    job_id: uuid.UUID, *, from_stage: StageName | None, actor: Who, reason: str
) -> ImportJob:
    """Send a failed or cancelled import round again.

    :raises NotAllowed: this account may not retry imports
    :raises InvalidTransition: it is neither failed nor cancelled, or never reached that stage
    :raises ImportInProgress: the person has another active import
    """
    require(actor, "imports.retry_importjob")
    with _recorded(job_id, action="retried", actor=actor, reason=reason):
        lifecycle.retry(job_id, from_stage=from_stage)
    return ImportJob.objects.get(id=job_id)


def cancel(job_id: uuid.UUID, *, actor: Who, reason: str) -> ImportJob:
    """Ask for an import to stop; asking again is not an error.

    :raises NotAllowed: this account may not cancel imports
    :raises InvalidTransition: it has ended, and not by a cancel
    """
    require(actor, "imports.cancel_importjob")
    with transaction.atomic():
        before = audit.state_of(job_id)
        if lifecycle.request_cancel(job_id, by=str(actor)):
            _record(job_id, action="cancelled", actor=actor, reason=reason, before=before)
    return ImportJob.objects.get(id=job_id)


def raise_budget(
    job_id: uuid.UUID, *, to_microdollars: int, actor: Who, reason: str
) -> ImportJob:
    """Let an import spend more, and go on if it had failed or was cancelled.

    :raises NotAllowed: this account may not raise budgets
    :raises InvalidTransition: it is complete, or may spend that much already
    :raises ImportInProgress: the person has another active import
    """
    require(actor, "imports.raise_budget_importjob")
    with _recorded(job_id, action="raised the budget of", actor=actor, reason=reason):
        lifecycle.raise_budget(job_id, to_microdollars=to_microdollars)
        status = ImportJob.objects.values_list("status", flat=True).get(id=job_id)
        if status in (Status.FAILED, Status.CANCELLED):
            lifecycle.retry(job_id, from_stage=None)
    return ImportJob.objects.get(id=job_id)


@contextmanager
def _recorded(job_id: uuid.UUID, *, action: str, actor: Who, reason: str) -> Iterator[None]:
    """Make a move that may free a job to run: move, record and doorbell are one transaction."""
    with transaction.atomic():
        before = audit.state_of(job_id)
        yield
        _record(job_id, action=action, actor=actor, reason=reason, before=before)
        dispatch()


def _replace_stalled(user_id: uuid.UUID, *, storage_path: str, by: str) -> None:
    stalled = ImportJob.objects.of_user(user_id).stalled(
        for_seconds=STALLED_FOR_GOOD.total_seconds()
    )
    for job in stalled.exclude(storage_path=storage_path).select_for_update(no_key=True):
        lifecycle.request_cancel(job.id, by=by)
        job.reload()
        if lifecycle.reclaim(job):
            logbook.close_crashed(job)
            _record(job.id, action="cancelled", actor=by, reason="stalled; replaced")


def _record(
    job_id: uuid.UUID,
    *,
    action: str,
    actor: Who,
    reason: str,
    before: dict[str, object] | None = None,
) -> None:
    job = ImportJob.objects.only("attempt", "stage", "user_id").get(id=job_id)
    StageLog.objects.create(
        job=job,
        kind=StageLog.Kind.ACTION,
        attempt=job.attempt,
        stage=job.stage,
        action=action,
        actor=str(actor),
        reason=reason,
    )
    audit.record(
        actor,
        action,
        target=f"import {job_id}",
        user_id=job.user_id,
        job_id=job_id,
        reason=reason,
        before=before,
        after=audit.state_of(job_id),
    )
