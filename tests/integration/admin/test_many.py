"""Retrying and cancelling many imports at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from imports.models import ImportJob, StageLog, Status
from tests.factories import make_job
from tests.integration.admin.addresses import LIST

pytestmark = pytest.mark.django_db


def _choose(jobs: list[ImportJob], action: str, **more: str) -> dict[str, Any]:
    ids = [str(job.id) for job in jobs]
    return {"action": action, "index": "0", "_selected_action": ids, **more}


def test_before_many_are_retried_it_is_said_what_would_happen(operator: Client) -> None:
    jobs = [
        make_job(status=status)
        for status in (Status.FAILED, Status.CANCELLED, Status.RUNNING)
    ]

    page = operator.post(LIST, _choose(jobs, "retry_selected")).content.decode()

    assert "2 of 3 chosen imports go back into the line" in page
    assert "1 running" in page
    assert not ImportJob.objects.filter(status=Status.QUEUED).exists()


def test_one_of_many_is_not_told_as_many(operator: Client) -> None:
    jobs = [make_job(status=status) for status in (Status.FAILED, Status.RUNNING)]

    page = operator.post(LIST, _choose(jobs, "retry_selected")).content.decode()

    assert "1 of 2 chosen imports goes back into the line, where it stopped." in page


def test_many_are_retried_and_what_changed_meanwhile_is_counted(operator: Client) -> None:
    failed, running = make_job(status=Status.FAILED), make_job(status=Status.RUNNING)
    other = make_job(status=Status.FAILED)
    make_job(user_id=other.user_id)
    sent = _choose(
        [failed, running, other], "retry_selected", apply="yes", reason="deploy 7"
    )

    page = operator.post(LIST, sent, follow=True).content.decode()

    failed.reload()
    assert "1 queued again, 2 skipped: " in page
    assert "1 running" in page
    assert "1 with another import of the person active" in page
    assert failed.status == Status.QUEUED
    assert StageLog.objects.get(job=failed).reason == "deploy 7"


def test_many_are_not_retried_without_a_reason(operator: Client) -> None:
    job = make_job(status=Status.FAILED)

    sent = _choose([job], "retry_selected", apply="yes", reason=" ")
    page = operator.post(LIST, sent).content.decode()

    job.reload()
    assert "Say why" in page
    assert job.status == Status.FAILED


def test_many_are_cancelled_and_an_ended_one_is_counted(operator: Client) -> None:
    waiting, cancelled = make_job(), make_job(status=Status.CANCELLED)
    sent = _choose(
        [waiting, cancelled], "cancel_selected", apply="yes", reason="wrong file"
    )

    page = operator.post(LIST, sent, follow=True).content.decode()

    waiting.reload()
    assert "1 asked to stop, 1 skipped: 1 cancelled." in page
    assert waiting.status == Status.CANCELLED


@pytest.mark.parametrize("action", ["retry_selected", "cancel_selected"])
def test_a_viewer_can_press_nothing_for_many(action: str, viewer: Client) -> None:
    job = make_job(status=Status.FAILED)
    active = make_job()

    viewer.post(LIST, _choose([job, active], action, apply="yes", reason="x"))

    job.reload()
    active.reload()
    assert (job.status, active.status) == (Status.FAILED, Status.QUEUED)


def test_there_is_no_way_to_delete_many(chief: Client) -> None:
    job = make_job()

    chief.post(LIST, _choose([job], "delete_selected", post="yes"))

    assert ImportJob.objects.filter(id=job.id).exists()


# --- groups of errors ------------------------------------------------------------------------


def _failed(detail: str, **fields: Any) -> ImportJob:
    now = datetime.now(UTC) - timedelta(minutes=5)
    fields = {"error_title": "It breaks off", "finished_at": now, **fields}
    return make_job(
        status=Status.FAILED, error_code="truncated", error_detail=detail, **fields
    )


def test_errors_that_differ_in_numbers_only_are_one_group(operator: Client) -> None:
    first, second = _failed("at byte 811,000,212"), _failed("at byte 12")
    _failed("at the end")
    groups = operator.get("/admin/").context["house"].errors
    larger = next(group for group in groups if group.last_week == 2)

    listed = operator.get(f"{LIST}?group={larger.fingerprint}")
    dry_run = operator.get(f"{LIST}group/{larger.fingerprint}/")

    assert {job.id for job in listed.context["cl"].result_list} == {first.id, second.id}
    assert set(dry_run.context["preview"].ids) == {first.id, second.id}
    assert "2 of 2 chosen imports go back into the line" in dry_run.content.decode()
    assert not ImportJob.objects.filter(status=Status.QUEUED).exists()
