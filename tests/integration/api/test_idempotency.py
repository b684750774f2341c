"""Idempotency-Key: the same key is the same job."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from imports.models import IdempotencyKey, ImportJob, Status
from tests.fakes.jwks import FakeAuth
from tests.integration.api.callers import client, service

pytestmark = pytest.mark.django_db
USER = uuid.uuid4()


def start(
    key: str, name: str = "a.zip", address: str = "/api/imports/", who: Any = None
) -> Any:
    return (who or service()).post(
        address,
        {"user_id": str(USER), "storage_path": f"imports/{USER}/{name}"},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_a_key_gives_the_same_job_even_when_that_one_has_ended() -> None:
    first = start("k-1").json()
    ImportJob.objects.update(status=Status.CANCELLED, finished_at=datetime.now(UTC))

    again = start("k-1")

    assert (again.status_code, again.json()["id"]) == (202, first["id"])
    assert again.json()["status"] == "CANCELLED"
    assert "Retry-After" not in again.headers


def test_a_key_holds_over_the_names_of_the_call() -> None:
    first = start("k-1").json()

    again = start("k-1", address="/import-full")

    assert again.json()["job_id"] == first["id"]


def test_a_key_cannot_be_used_for_another_request() -> None:
    start("k-1")

    other = start("k-1", "b.zip")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refused_start_does_not_use_the_key_up() -> None:
    start("k-1")
    start("k-2", "b.zip")
    ImportJob.objects.update(status=Status.CANCELLED, finished_at=datetime.now(UTC))

    again = start("k-2", "b.zip")

    assert again.status_code == 202
    assert ImportJob.objects.count() == 2


def test_another_caller_has_other_keys(auth: FakeAuth) -> None:
    start("k-1")
    user = client(bearer=auth.token(sub=str(USER)))

    other = start("k-1", "b.zip", who=user)

    assert other.json()["code"] == "import_in_progress"


def test_a_key_is_forgotten_after_two_days() -> None:
    start("k-1")
    ImportJob.objects.update(status=Status.CANCELLED, finished_at=datetime.now(UTC))
    IdempotencyKey.objects.update(created_at=datetime.now(UTC) - timedelta(hours=49))

    other = start("k-1", "b.zip")

    assert other.status_code == 202
    assert ImportJob.objects.count() == 2


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "caf\xe9", "a\x7f", " a", '"a" '])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    answer = start(key)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
