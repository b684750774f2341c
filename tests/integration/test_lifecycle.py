"""Every pair of status and move: allowed, or refused without a trace."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from imports import lifecycle
from imports.errors import LostLease, PermanentFailure, TransientFailure
from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import ImportJob, StageName, Status
from tests.factories import make_job

pytestmark = pytest.mark.django_db

PROBLEM = lifecycle.problem_of(PermanentFailure("the file is broken"))


def _claim(job: ImportJob) -> bool:
    return lifecycle.claim(job.id, dispatch_seq=job.dispatch_seq, worker="w") is not None


def _held(move: Callable[..., None], **arguments: Any) -> Callable[[ImportJob], bool]:
    def attempt(job: ImportJob) -> bool:
        try:
            move(job, **arguments)
        except LostLease:
            return False
        return True

    return attempt


def _retry(job: ImportJob) -> bool:
    try:
        lifecycle.retry(job.id, from_stage=None)
    except InvalidTransition:
        return False
    return True


def _request_cancel(job: ImportJob) -> bool:
    try:
        return lifecycle.request_cancel(job.id, by="ada")
    except InvalidTransition:
        return False


def _reclaim(job: ImportJob) -> bool:
    ImportJob.objects.filter(id=job.id, status=Status.RUNNING).update(
        lease_expires_at=Now() - timedelta(seconds=1)
    )
    return lifecycle.reclaim(job)


MOVES: dict[str, Callable[[ImportJob], bool]] = {
    "claim": _claim,
    "checkpoint": _held(lifecycle.checkpoint, progress_percent=7, has_advanced=True),
    "renew": _held(lifecycle.renew),
    "enter": _held(lifecycle.enter, stage=StageName.EMBED, progress_percent=40),
    "put_back": _held(lifecycle.put_back, delay=timedelta(seconds=9), problem=PROBLEM),
    "complete": _held(lifecycle.complete),
    "fail": _held(lifecycle.fail, problem=PROBLEM),
    "cancel": _held(lifecycle.cancel),
    "retry": _retry,
    "request_cancel": _request_cancel,
    "reclaim": _reclaim,
}
Q, R, C, F, X = (
    Status.QUEUED,
    Status.RUNNING,
    Status.COMPLETE,
    Status.FAILED,
    Status.CANCELLED,
)
ALLOWED = {
    ("claim", Q): R,
    ("checkpoint", R): R,
    ("renew", R): R,
    ("enter", R): R,
    ("put_back", R): Q,
    ("complete", R): C,
    ("fail", R): F,
    ("cancel", R): X,
    ("retry", F): Q,
    ("retry", X): Q,
    ("request_cancel", Q): X,
    ("request_cancel", R): R,
    ("reclaim", R): Q,
}
PAIRS = [(move, status) for move in MOVES for status in Status]


@pytest.mark.parametrize(("move", "status"), PAIRS)
def test_each_move_is_allowed_exactly_where_the_table_says(
    move: str, status: Status
) -> None:
    job = make_job(status=status, dispatched_at=Now() if status == Q else None)

    moved = MOVES[move](job)

    job.reload()
    assert moved is ((move, status) in ALLOWED)
    assert job.status == ALLOWED.get((move, status), status)


@pytest.mark.parametrize(
    "move", ["checkpoint", "renew", "enter", "put_back", "complete", "fail", "cancel"]
)
def test_a_late_worker_can_write_nothing(move: str) -> None:
    job = make_job(status=R, attempt=4)
    late = ImportJob.objects.get(id=job.id)
    late.attempt = 3

    moved = MOVES[move](late)

    job.reload()
    assert not moved
    assert (job.status, job.attempt, job.progress_percent) == (R, 4, 0)


def test_a_late_worker_cannot_open_a_writing_transaction() -> None:
    late = make_job(status=R, attempt=4)
    late.attempt = 3

    with pytest.raises(LostLease), late.writing():
        pytest.fail("the block must not run")


@pytest.mark.parametrize(("waits", "commit"), [(True, "on"), (False, "off")])
def test_only_what_is_easily_made_again_does_not_wait_for_the_disk(
    waits: bool, commit: str
) -> None:
    job = make_job(status=R)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        with job.writing(waits_for_disk=waits):
            cursor.execute("SHOW synchronous_commit")
            shown = cursor.fetchone()

    assert shown == (commit,)


def test_a_claim_counts_the_attempt_and_takes_the_ring_with_it() -> None:
    job = make_job(dispatched_at=Now(), dispatch_seq=2)

    claimed = lifecycle.claim(job.id, dispatch_seq=2, worker="host:7")

    assert claimed is not None
    assert (claimed.attempt, claimed.worker, claimed.dispatched_at) == (1, "host:7", None)


def test_a_ring_of_before_claims_nothing() -> None:
    job = make_job(dispatched_at=Now(), dispatch_seq=2)

    assert lifecycle.claim(job.id, dispatch_seq=1, worker="host:7") is None


def test_progress_never_goes_back() -> None:
    job = make_job(status=R, progress_percent=50)

    lifecycle.checkpoint(job, progress_percent=30, has_advanced=True)

    job.reload()
    assert job.progress_percent == 50


def test_a_slice_that_ends_is_not_a_failure() -> None:
    job = make_job(status=R, failures=3)

    lifecycle.put_back(job, delay=timedelta(0), problem=None)

    job.reload()
    assert (job.failures, job.error_code, job.next_attempt_at) == (0, "", None)


def test_waiting_to_try_again_shows_why_and_until_when() -> None:
    job = make_job(status=R, failures=1)
    problem = lifecycle.problem_of(TransientFailure())

    lifecycle.put_back(job, delay=timedelta(minutes=5), problem=problem)

    job.reload()
    assert (job.failures, job.error_code) == (2, "temporarily_unavailable")
    assert job.next_attempt_at is not None


def test_the_third_death_without_progress_is_poison() -> None:
    job = make_job(status=R, crashes=2)

    _reclaim(job)

    job.reload()
    assert (job.status, job.error_code) == (F, "poison")


def test_progress_between_two_deaths_forgives_them() -> None:
    job = make_job(status=R, crashes=2)

    lifecycle.checkpoint(job, progress_percent=1, has_advanced=True)

    job.reload()
    assert job.crashes == 0


def test_a_stalled_job_that_somebody_wished_to_stop_is_cancelled() -> None:
    job = make_job(status=R, cancel_requested_at=Now())
    job.reload()

    _reclaim(job)

    job.reload()
    assert job.status == X


def test_giving_back_a_job_that_somebody_wished_to_stop_cancels_it() -> None:
    job = make_job(status=R, cancel_requested_at=Now())

    lifecycle.put_back(job, delay=timedelta(seconds=9), problem=PROBLEM)

    job.reload()
    assert (job.status, job.next_attempt_at) == (X, None)


def test_a_live_lease_cannot_be_reclaimed() -> None:
    job = make_job(status=R)

    assert lifecycle.reclaim(job) is False


def test_a_retry_from_the_start_forgets_the_place_in_the_export() -> None:
    job = make_job(status=F, stage=StageName.FACTS, read_offset=900, source_etag="e1")

    lifecycle.retry(job.id, from_stage=StageName.DOWNLOAD)

    job.reload()
    assert (job.stage, job.read_offset, job.source_etag) == (StageName.DOWNLOAD, 0, "")


@pytest.mark.parametrize(("from_stage", "percent"), [(None, 75), (StageName.EMBED, 0)])
def test_a_retry_from_a_stage_before_shows_no_progress_that_is_to_be_made_again(
    from_stage: StageName | None, percent: int
) -> None:
    job = make_job(status=F, stage=StageName.FACTS, progress_percent=75)

    lifecycle.retry(job.id, from_stage=from_stage)

    job.reload()
    assert job.progress_percent == percent


def test_a_retry_cannot_skip_stages() -> None:
    job = make_job(status=F, stage=StageName.INGEST)

    with pytest.raises(InvalidTransition):
        lifecycle.retry(job.id, from_stage=StageName.MEMORY)


def test_a_retry_beside_another_active_import_is_refused() -> None:
    failed = make_job(status=F)
    active = make_job(user_id=failed.user_id)

    with pytest.raises(ImportInProgress) as refused:
        lifecycle.retry(failed.id, from_stage=None)

    assert refused.value.job.id == active.id


@pytest.mark.parametrize(
    "broken",
    [
        {"status": R, "lease_expires_at": None},
        {"status": Q, "lease_expires_at": Now()},
        {"status": C, "finished_at": None},
        {"status": C, "finished_at": Now(), "conversations_found": 1},
        {"progress_percent": 101},
    ],
)
def test_the_database_refuses_what_cannot_be(broken: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportJob.objects.create(user_id=uuid.uuid4(), storage_path="a/b/c", **broken)
