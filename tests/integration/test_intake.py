"""What people ask of imports."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import enqueue, intake
from imports.lifecycle import ImportInProgress
from imports.models import ImportJob, StageLog, Status
from tests.factories import make_job

pytestmark = pytest.mark.django_db


def test_a_started_import_is_rung_in_the_same_breath() -> None:
    job = intake.start(
        user_id=uuid.uuid4(), storage_path="b/u/x.zip", requested_by="key site"
    )

    assert (job.status, job.dispatch_seq, enqueue.undelivered()) == (Status.QUEUED, 1, 1)


def test_the_same_trigger_is_the_same_job() -> None:
    user = uuid.uuid4()
    first = intake.start(user_id=user, storage_path="b/u/x.zip", requested_by="site")

    again = intake.start(user_id=user, storage_path="b/u/x.zip", requested_by="site")

    assert again.id == first.id
    assert enqueue.undelivered() == 1


def test_another_path_while_one_is_active_is_refused_and_names_the_job() -> None:
    active = make_job(status=Status.RUNNING)

    with pytest.raises(ImportInProgress) as refused:
        intake.start(user_id=active.user_id, storage_path="b/u/y.zip", requested_by="site")

    assert refused.value.job.id == active.id


@pytest.mark.parametrize(
    ("spent", "hours_ago", "budget"),
    [(0, 1, 5.0), (15, 1, 5.0), (18, 1, 2.0), (21, 1, 0.0), (21, 25, 5.0)],
)
def test_all_imports_of_a_day_share_what_a_person_may_spend(
    spent: int, hours_ago: int, budget: float, settings: Settings
) -> None:
    settings.IMPORT_BUDGET_USD, settings.USER_BUDGET_USD = 5.0, 20.0
    user, ago = uuid.uuid4(), timedelta(hours=hours_ago)
    for dollars in (spent - spent // 3, spent // 3):
        earlier = make_job(
            user_id=user, status=Status.COMPLETE, spent_microdollars=dollars * 1_000_000
        )
        ImportJob.objects.filter(id=earlier.id).update(created_at=Now() - ago)
    make_job(status=Status.COMPLETE, spent_microdollars=90_000_000)  # somebody else's

    job = intake.start(user_id=user, storage_path="b/u/x.zip", requested_by="site")

    assert job.budget_microdollars == budget * 1_000_000


def test_staff_give_a_budget_beyond_it(settings: Settings) -> None:
    settings.USER_BUDGET_USD = 0

    job = intake.start(
        user_id=uuid.uuid4(),
        storage_path="b/u/x.zip",
        requested_by="ada",
        budget_microdollars=7_000_000,
    )

    assert job.budget_microdollars == 7_000_000


def test_a_retry_says_who_asked_and_why() -> None:
    job = make_job(status=Status.FAILED, error_code="poison")

    intake.retry(job.id, from_stage=None, actor="ada", reason="fixed the file")

    line = StageLog.objects.get(job=job)
    job.reload()
    assert (line.action, line.actor, line.reason) == ("retried", "ada", "fixed the file")
    assert (job.status, job.error_code) == (Status.QUEUED, "")


def test_an_import_stalled_for_a_quarter_of_an_hour_is_replaced() -> None:
    stalled = make_job(
        status=Status.RUNNING, lease_expires_at=datetime.now(UTC) - timedelta(minutes=16)
    )

    job = intake.start(
        user_id=stalled.user_id, storage_path="b/u/new.zip", requested_by="service site"
    )

    stalled.reload()
    line = StageLog.objects.get(job=stalled)
    assert (stalled.status, line.action, line.actor) == (
        Status.CANCELLED,
        "cancelled",
        "service site",
    )
    assert (job.status, job.dispatch_seq) == (Status.QUEUED, 1)


def test_an_import_stalled_for_less_is_not_replaced() -> None:
    stalled = make_job(
        status=Status.RUNNING, lease_expires_at=datetime.now(UTC) - timedelta(minutes=14)
    )

    with pytest.raises(ImportInProgress):
        intake.start(user_id=stalled.user_id, storage_path="b/u/new.zip", requested_by="x")

    stalled.reload()
    assert (stalled.status, stalled.cancel_requested_at) == (Status.RUNNING, None)
