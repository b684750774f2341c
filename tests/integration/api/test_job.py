"""GET /api/imports/{id}/ and its neighbors: what a job looks like, and how it is polled."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from imports.api import examples
from imports.api.answers import poll_seconds
from imports.api.views.base import ApiView
from imports.models import ImportJob, StageLog, StageName, Status
from tests.factories import NOW, make_job
from tests.integration.api.callers import service

pytestmark = pytest.mark.django_db


def url(job_id: uuid.UUID, action: str = "") -> str:
    return f"/api/imports/{job_id}/{action}"


def test_a_job_shows_all_that_the_contract_names() -> None:
    job = make_job(
        status=Status.RUNNING,
        stage=StageName.EMBED,
        progress_percent=44,
        conversations_found=10,
        conversations_stored=6,
        conversations_unchanged=3,
        skipped=1,
        skipped_reasons={"too_large": 1},
        messages=70,
        chunks=25,
        facts=4,
        bytes_total=900,
        bytes_done=500,
        spent_microdollars=12_500,
        started_at=NOW,
        quick_ready_at=NOW,
    )

    shown = service().get(url(job.id)).json()

    itself = f"http://testserver/api/imports/{job.id}/"
    assert shown.pop("created_at").endswith("Z")
    assert shown == {
        "id": str(job.id),
        "user_id": str(job.user_id),
        "storage_path": job.storage_path,
        "status": "RUNNING",
        "import_status": "quick_ready",
        "stage": "embed",
        "stage_label": "Creating memory chunks",
        "progress_percent": 44,
        "attempt": 1,
        "counts": {
            "conversations": 9,
            "messages": 70,
            "chunks": 25,
            "facts": 4,
            "skipped": 1,
            "bytes_total": 900,
            "bytes_done": 500,
        },
        "cost_usd": 0.0125,
        "skipped_reasons": {"too_large": 1},
        "error": None,
        "started_at": "2026-03-01T12:00:00Z",
        "quick_ready_at": "2026-03-01T12:00:00Z",
        "finished_at": None,
        "links": {
            "self": itself,
            "log": f"{itself}log/",
            "cancel": f"{itself}cancel/",
            "retry": f"{itself}retry/",
            "soulprint": f"http://testserver/api/soulprints/{job.user_id}/",
        },
    }


@pytest.mark.parametrize("status", [Status.QUEUED, Status.FAILED])
def test_a_job_that_waits_or_failed_says_why(status: Status) -> None:
    job = make_job(
        status=status,
        error_code="storage_unavailable",
        error_title="The store does not answer.",
        error_detail="The import tries again by itself.",
        error_is_retryable=True,
    )

    shown = service().get(url(job.id)).json()

    assert shown["error"] == {
        "code": "storage_unavailable",
        "title": "The store does not answer.",
        "detail": "The import tries again by itself.",
        "retryable": True,
    }


def test_the_documented_example_has_the_shape_of_a_job() -> None:
    shown = service().get(url(make_job().id)).json()

    example = examples.RUNNING_JOB.value
    assert example.keys() == shown.keys()
    assert example["counts"].keys() == shown["counts"].keys()
    assert example["links"].keys() == shown["links"].keys()


def test_a_poll_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    job = make_job(status=Status.RUNNING)
    caller = service()

    with django_assert_num_queries(1):
        caller.get(url(job.id))


def test_an_unchanged_job_is_not_sent_again() -> None:
    job = make_job(status=Status.RUNNING)
    etag = service().get(url(job.id)).headers["ETag"]

    again = service().get(url(job.id), headers={"If-None-Match": f'"old", W/{etag}'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Retry-After"] == "2"


def test_a_job_that_moved_has_another_etag() -> None:
    job = make_job(status=Status.RUNNING)
    etag = service().get(url(job.id)).headers["ETag"]
    type(job).objects.filter(id=job.id).update(progress_percent=12)

    again = service().get(url(job.id), headers={"If-None-Match": etag})

    assert again.status_code == 200
    assert again.json()["progress_percent"] == 12


@pytest.mark.parametrize(
    ("age", "seconds"),
    [
        (timedelta(seconds=-3), 2),
        (timedelta(seconds=10), 2),
        (timedelta(minutes=5), 5),
        (timedelta(hours=9), 30),
    ],
)
def test_the_older_a_job_the_rarer_it_need_be_polled(age: timedelta, seconds: int) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)

    assert poll_seconds(now - age, now=now) == seconds


def test_an_ended_job_need_not_be_polled() -> None:
    job = make_job(status=Status.COMPLETE)

    answer = service().get(url(job.id))

    assert "Retry-After" not in answer.headers


def test_a_service_that_names_the_wrong_user_finds_nothing() -> None:
    job = make_job()

    answer = service().get(url(job.id), {"user_id": str(uuid.uuid4())})

    assert answer.status_code == 404


def test_cancelling_a_waiting_job_twice_is_accepted_twice() -> None:
    job = make_job()

    answers = [service().generic("POST", url(job.id, "cancel/")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert [answer.json()["status"] for answer in answers] == ["CANCELLED", "CANCELLED"]
    assert StageLog.objects.filter(job=job, action="cancelled").count() == 1


def test_a_job_that_is_complete_cannot_be_cancelled() -> None:
    job = make_job(status=Status.COMPLETE)

    answer = service().generic("POST", url(job.id, "cancel/"))

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_failed_job_goes_round_again_from_the_stage_that_was_named() -> None:
    job = make_job(status=Status.FAILED, stage=StageName.FACTS, error_code="x")

    answer = service().post(
        url(job.id, "retry/"), {"from_stage": "quick_pass"}, content_type="application/json"
    )

    shown = answer.json()
    assert answer.status_code == 202
    assert (shown["status"], shown["stage"], shown["error"]) == (
        "QUEUED",
        "quick_pass",
        None,
    )
    assert StageLog.objects.get(job=job).actor == "service site"


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"status": Status.RUNNING}, {}),
        ({"status": Status.COMPLETE}, {}),
        ({"status": Status.FAILED, "stage": StageName.INGEST}, {"from_stage": "facts"}),
    ],
)
def test_what_cannot_be_retried_is_a_conflict(
    fields: dict[str, object], sent: object
) -> None:
    job = make_job(**fields)

    answer = service().post(url(job.id, "retry/"), sent, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize("call", ["cancel", "retry"])
def test_a_job_that_is_erased_during_the_call_is_not_found(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(status=Status.FAILED)
    monkeypatch.setattr(ApiView, "find", lambda view, job_id: job)
    ImportJob.objects.all().delete()

    answer = service().post(f"{url(job.id)}{call}/", {}, content_type="application/json")

    assert answer.status_code == 404


def test_a_retry_beside_an_active_import_names_that_one() -> None:
    failed = make_job(status=Status.FAILED)
    active = make_job(user_id=failed.user_id, status=Status.RUNNING)

    answer = service().generic("POST", url(failed.id, "retry/"))

    assert (answer.status_code, answer.json()["job_id"]) == (409, str(active.id))


def test_the_list_of_a_user_is_paged_without_gaps_or_doubles() -> None:
    user = uuid.uuid4()
    ids = [str(make_job(user_id=user, status=Status.FAILED).id) for _ in range(5)]
    make_job()
    first = service().get("/api/imports/", {"user_id": str(user), "limit": 2}).json()

    second = service().get(first["next"]).json()
    third = service().get(second["next"]).json()

    pages = first["results"] + second["results"] + third["results"]
    assert [job["id"] for job in pages] == ids[::-1]
    assert third["next"] is None


def test_the_log_is_told_in_order_and_without_tracebacks() -> None:
    job = make_job(status=Status.RUNNING)
    StageLog.objects.create(
        job=job,
        stage="ingest",
        attempt=1,
        outcome="failed",
        ended_at=NOW,
        traceback="secret",
        error_code="bad",
        message="It was bad.",
        worker="host:7",
    )
    StageLog.objects.create(
        job=job, kind="action", action="retried", actor="staff ada", reason="why not"
    )

    first = service().get(url(job.id, "log/"), {"limit": 1}).json()
    second = service().get(first["next"]).json()

    (stage,), (action,) = first["results"], second["results"]
    assert (stage["stage"], stage["outcome"], stage["message"]) == (
        "ingest",
        "failed",
        "It was bad.",
    )
    assert "traceback" not in stage
    assert (action["action"], action["actor"], action["reason"]) == (
        "retried",
        "staff ada",
        "why not",
    )
    assert second["next"] is None
