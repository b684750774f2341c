"""POST /api/imports/: starts an import, once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from imports import enqueue
from imports.models import ImportJob, Status
from tests.factories import make_job
from tests.integration.api.callers import service

pytestmark = pytest.mark.django_db
URL = "/api/imports/"


def body(user_id: uuid.UUID, name: str = "export.zip") -> dict[str, object]:
    return {"user_id": str(user_id), "storage_path": f"imports/{user_id}/{name}"}


def test_a_trigger_is_accepted_and_says_where_to_look() -> None:
    user = uuid.uuid4()

    answer = service().post(URL, body(user), content_type="application/json")

    job = ImportJob.objects.get(user_id=user)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"http://testserver/api/imports/{job.id}/"
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["id"] == str(job.id)
    assert answer.json()["status"] == "QUEUED"
    assert (job.requested_by, enqueue.undelivered()) == ("service site", 1)


def test_the_announced_counts_are_kept() -> None:
    user = uuid.uuid4()
    counts = {"conversation_count": 12, "message_count": 340}

    service().post(URL, body(user) | counts, content_type="application/json")

    job = ImportJob.objects.get(user_id=user)
    assert (job.announced_conversations, job.announced_messages) == (12, 340)


def test_the_same_trigger_is_the_same_job() -> None:
    user = uuid.uuid4()
    first = service().post(URL, body(user), content_type="application/json")

    again = service().post(URL, body(user), content_type="application/json")

    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert ImportJob.objects.filter(user_id=user).count() == 1


def test_another_export_while_one_is_active_is_refused_with_a_link() -> None:
    active = make_job(status=Status.RUNNING)

    answer = service().post(
        URL, body(active.user_id, "other.zip"), content_type="application/json"
    )

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "import_in_progress")
    assert problem["job_id"] == str(active.id)
    assert problem["status_url"] == f"http://testserver/api/imports/{active.id}/"


def test_an_import_that_has_stalled_for_a_quarter_of_an_hour_makes_room() -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=16)
    stalled = make_job(status=Status.RUNNING, lease_expires_at=long_ago)

    answer = service().post(
        URL, body(stalled.user_id, "other.zip"), content_type="application/json"
    )

    stalled.reload()
    assert (answer.status_code, stalled.status) == (202, Status.CANCELLED)
    assert answer.json()["id"] != str(stalled.id)
