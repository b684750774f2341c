"""Many at once: one job, one answer, and limits that hold."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from imports.models import ImportJob
from tests.factories import make_job
from tests.integration.api.callers import service

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[tuple[str, dict[str, Any], dict[str, str]]]) -> list[Any]:
    """Send all of them at the same time, each from a thread with its own connection."""

    def send(call: tuple[str, dict[str, Any], dict[str, str]]) -> Any:
        address, body, headers = call
        try:
            return service().post(
                address, body, content_type="application/json", headers=headers
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(send, calls))


def test_identical_triggers_at_once_are_one_job() -> None:
    user = uuid.uuid4()
    body = {"user_id": str(user), "storage_path": f"imports/{user}/a.zip"}

    answers = at_once([("/api/imports/", body, {})] * 8)

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert ImportJob.objects.count() == 1


def test_one_key_at_once_is_one_job() -> None:
    user = uuid.uuid4()
    body = {"user_id": str(user), "storage_path": f"imports/{user}/a.zip"}

    answers = at_once([("/api/imports/", body, {"Idempotency-Key": "k"})] * 8)

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {202}


def test_two_exports_at_once_are_one_job_and_one_refusal_that_names_it() -> None:
    user = uuid.uuid4()
    calls = [
        (
            "/api/imports/",
            {"user_id": str(user), "storage_path": f"imports/{user}/{name}"},
            {},
        )
        for name in ("a.zip", "b.zip")
    ]

    answers = sorted(at_once(calls), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [202, 409]
    assert answers[1].json()["job_id"] == answers[0].json()["id"]


def test_a_limit_holds_over_all_threads(settings: LazySettings) -> None:
    settings.API_CALLS_PER_MINUTE = {"service": 5}
    job = make_job()

    answers = at_once([(f"/api/imports/{job.id}/cancel/", {}, {})] * 12)

    refused = [answer for answer in answers if answer.status_code == 429]
    # A minute may have ended in between.
    assert 2 <= len(refused) <= 7
    assert refused[0].json()["code"] == "too_many_calls"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
