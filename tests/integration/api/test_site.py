"""The calls that the site makes today."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from imports.models import ImportJob, StageName, Status
from tests.factories import make_job
from tests.integration.api.callers import service

pytestmark = pytest.mark.django_db
STATUS = "/api/import/status"


@pytest.mark.parametrize("address", ["/import-full", "/import"])
def test_the_site_starts_an_import_as_it_always_did(address: str) -> None:
    user = uuid.uuid4()
    sent = {
        "user_id": str(user),
        "storage_path": f"user-imports/{user}/chat.zip",
        "conversation_count": 3,
        "message_count": 9,
    }

    answer = service().post(address, sent, content_type="application/json")

    job = ImportJob.objects.get(user_id=user)
    assert answer.status_code == 202
    assert answer.json() == {
        "status": "accepted",
        "message": "Import processing started",
        "job_id": str(job.id),
        "status_url": f"http://testserver/api/imports/{job.id}/",
    }


def test_a_user_without_an_import_has_the_status_none() -> None:
    answer = service().get(STATUS, {"user_id": str(uuid.uuid4())})

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "none",
        "progress": 0,
        "stage": None,
        "error": None,
        "job_id": None,
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": Status.QUEUED}, "processing"),
        ({"status": Status.RUNNING}, "processing"),
        (
            {"status": Status.RUNNING, "quick_ready_at": datetime(2026, 3, 1, tzinfo=UTC)},
            "quick_ready",
        ),
        ({"status": Status.COMPLETE}, "complete"),
        ({"status": Status.FAILED}, "failed"),
        ({"status": Status.CANCELLED}, "cancelled"),
    ],
)
def test_the_site_reads_one_word_for_every_state(
    fields: dict[str, object], expected: str
) -> None:
    job = make_job(**fields)

    answer = service().get(STATUS, {"user_id": str(job.user_id)})

    assert answer.json()["status"] == expected


def test_the_newest_import_counts() -> None:
    failed = make_job(status=Status.FAILED)
    running = make_job(
        user_id=failed.user_id,
        status=Status.RUNNING,
        stage=StageName.INGEST,
        progress_percent=17,
    )

    answer = service().get(STATUS, {"user_id": str(failed.user_id)})

    assert answer.json() == {
        "status": "processing",
        "progress": 17,
        "stage": "Parsing conversations",
        "error": None,
        "job_id": str(running.id),
    }
    assert answer.headers["Retry-After"] == "2"


def test_a_failed_import_tells_the_site_why_in_one_sentence() -> None:
    job = make_job(
        status=Status.FAILED,
        error_code="no_export",
        error_title="This file is no export.",
        error_detail="Export it again.",
    )

    answer = service().get(STATUS, {"user_id": str(job.user_id)})

    assert answer.json()["error"] == "This file is no export. Export it again."
    assert "Retry-After" not in answer.headers


def test_a_service_must_say_whose_status_it_asks_for() -> None:
    answer = service().get(STATUS)

    assert (answer.status_code, answer.json()["code"]) == (400, "user_required")
