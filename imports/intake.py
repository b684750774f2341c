"""What people ask of imports: start one, retry it, cancel it.

Each is one move of the lifecycle, one line in the job's log that says who asked and why, and one
look at the free slots, all in one transaction: what was answered with a 202 is committed together
with its doorbell.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from imports import lifecycle, logbook
from imports.dispatch import dispatch
from imports.models import ImportJob, StageLog, StageName

# A worker that was silent for so long, with no sweep to notice, does not keep a person waiting.
STALLED_FOR_GOOD = timedelta(minutes=15)


def start(
    *,
    user_id: uuid.UUID,
    storage_path: str,
    requested_by: str,
    announced_conversations: int | None = None,
    announced_messages: int | None = None,
) -> ImportJob:
    """Import an export; the same person and path while that is active gives the same job.

    An import of another export that has been stalled for 15 minutes is cancelled and replaced.

    :raises ImportInProgress: another export of this person is being imported
    """
    with transaction.atomic():
        _replace_stalled(user_id, storage_path=storage_path, by=requested_by)
        job, is_new = lifecycle.submit(
            user_id=user_id,
            storage_path=storage_path,
            requested_by=requested_by,
            announced_conversations=announced_conversations,
            announced_messages=announced_messages,
        )
        if is_new:
            _record(job.id, action="requested", actor=requested_by, reason="")
            dispatch()
    job.reload()
    return job


def retry(
    job_id: uuid.UUID, *, from_stage: StageName | None, actor: str, reason: str
) -> ImportJob:
    """Send a failed or cancelled import round again.

    :raises InvalidTransition: it is neither failed nor cancelled, or never reached that stage
    :raises ImportInProgress: the person has another active import
    """
    with transaction.atomic():
        lifecycle.retry(job_id, from_stage=from_stage)
        _record(job_id, action="retried", actor=actor, reason=reason)
        dispatch()
    return ImportJob.objects.get(id=job_id)


def cancel(job_id: uuid.UUID, *, actor: str, reason: str) -> ImportJob:
    """Ask for an import to stop; asking again is not an error.

    :raises InvalidTransition: it has ended, and not by a cancel
    """
    with transaction.atomic():
        if lifecycle.request_cancel(job_id, by=actor):
            _record(job_id, action="cancelled", actor=actor, reason=reason)
    return ImportJob.objects.get(id=job_id)


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


def _record(job_id: uuid.UUID, *, action: str, actor: str, reason: str) -> None:
    job = ImportJob.objects.only("attempt", "stage").get(id=job_id)
    StageLog.objects.create(
        job=job,
        kind=StageLog.Kind.ACTION,
        attempt=job.attempt,
        stage=job.stage,
        action=action,
        actor=actor,
        reason=reason,
    )
