"""What was only meant to be kept for a while goes, and nothing else."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now
from django_q.models import Task
from pytest_django.fixtures import Settings

from imports import retention, uploads, wiring
from imports.errors import TransientFailure
from imports.models import (
    IdempotencyKey,
    ImportJob,
    ModelCall,
    ServiceThrottle,
    StageLog,
    StageName,
    Status,
)
from imports.pipeline.ledger.books import Books
from imports.retention import forget_old
from tests.factories import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def objects(settings: Settings, tmp_path: Path) -> Path:
    settings.OBJECTS_DIR = tmp_path
    settings.KEEP_EXPORTS_DAYS = 30
    vars(wiring.ports()).pop("objects", None)
    return tmp_path


def _ended(days: float, **fields: object) -> ImportJob:
    at = datetime.now(UTC) - timedelta(days=days)
    return make_job(status=Status.COMPLETE, finished_at=at, **fields)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("days", "is_kept"), [(29, True), (31, False)])
def test_an_export_goes_when_its_time_is_over(
    days: int, is_kept: bool, objects: Path
) -> None:
    user = uuid.uuid4()
    path = uploads.store(user_id=user, filename="e.zip", blocks=[b"x"])
    job = _ended(days, user_id=user, storage_path=path)

    forget_old()

    job.reload()
    assert bool(_files(objects)) is is_kept
    assert (job.export_removed_at is None) is is_kept


def test_an_export_that_another_import_needs_stays(objects: Path) -> None:
    user = uuid.uuid4()
    path = uploads.store(user_id=user, filename="e.zip", blocks=[b"x"])
    _ended(31, user_id=user, storage_path=path)
    make_job(user_id=user, storage_path=path)

    forget_old()

    assert len(_files(objects)) == 1


def test_an_export_is_removed_once_and_a_store_that_is_away_is_asked_again(
    objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ended(31)
    store = wiring.ports().objects
    monkeypatch.setattr(store, "delete", _away)
    during = forget_old().exports
    monkeypatch.undo()

    afterwards, again = forget_old().exports, forget_old().exports

    assert (during, afterwards, again) == (0, 1, 0)


def test_an_export_that_cannot_be_removed_does_not_keep_the_others(
    objects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST_EXPORTS_AT_ONCE", 1)
    linked, user = uuid.uuid4(), uuid.uuid4()
    (objects / "elsewhere").mkdir()
    (objects / "imports").mkdir()
    (objects / "imports" / str(linked)).symlink_to(objects / "elsewhere")
    _ended(40, user_id=linked, storage_path=f"imports/{linked}/e.zip")
    path = uploads.store(user_id=user, filename="e.zip", blocks=[b"x"])
    _ended(31, user_id=user, storage_path=path)

    removed = sum(forget_old().exports for _ in range(50))

    assert removed == 1
    assert _files(objects) == []


def _away(path: str) -> None:
    raise TransientFailure


def test_zero_days_keep_for_good(settings: Settings) -> None:
    settings.KEEP_EXPORTS_DAYS = settings.KEEP_LOGS_DAYS = settings.KEEP_ANSWERS_DAYS = 0
    job = _ended(4_000)
    StageLog.objects.create(job=job, stage=StageName.INGEST, ended_at=Now(), outcome="done")

    removed = forget_old()

    assert (removed.exports, removed.log_lines) == (0, 0)
    assert StageLog.objects.exists()


@pytest.mark.parametrize(("days", "text"), [(89, "said"), (91, "")])
def test_what_a_model_answered_goes_and_its_price_stays(days: int, text: str) -> None:
    job = _ended(days)
    ModelCall.objects.create(
        user_id=job.user_id,
        job=job,
        stage=StageName.FACTS,
        request_hash="h",
        outcome="done",
        response="said",
        microdollars=7,
    )

    forget_old()

    call = ModelCall.objects.get()
    assert (call.response, call.microdollars) == (text, 7)
    books = Books(job=job, model=wiring.ports().stand_in, stage=StageName.FACTS)
    assert (books.stored("h") is not None) is bool(text)


def test_an_answer_that_nobody_took_goes_and_its_estimate_stays_on_the_bill() -> None:
    job = _ended(91)
    ModelCall.objects.create(
        user_id=job.user_id,
        job=job,
        stage=StageName.FACTS,
        request_hash="h",
        parcel=b"said",
        estimated_microdollars=7,
    )

    forget_old()

    call = ModelCall.objects.get()
    assert (call.parcel, call.outcome, call.microdollars) == (None, "unknown", 7)


def test_lines_of_stages_go_and_what_people_did_stays() -> None:
    job = _ended(91)
    StageLog.objects.create(job=job, stage=StageName.INGEST, ended_at=Now(), outcome="done")
    StageLog.objects.create(job=job, kind="action", action="retried", actor="ada")

    forget_old()

    assert StageLog.objects.get().action == "retried"


@pytest.mark.parametrize(("days", "is_kept"), [(6, True), (8, False)])
def test_what_the_queue_kept_of_a_task_goes(days: int, is_kept: bool) -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    Task.objects.create(id="t", name="t", func="f", started=at, stopped=at, success=False)

    forget_old()

    assert Task.objects.exists() is is_kept


@pytest.mark.parametrize(("hours", "is_kept"), [(47, True), (49, False)])
def test_the_key_of_a_caller_is_remembered_for_two_days(hours: int, is_kept: bool) -> None:
    IdempotencyKey.objects.create(
        principal="site", key="k", job=make_job(), created_at=Now() - timedelta(hours=hours)
    )

    forget_old()

    assert IdempotencyKey.objects.exists() is is_kept


@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
def test_how_often_somebody_called_is_forgotten_after_a_day(
    hours: int, is_kept: bool
) -> None:
    ServiceThrottle.objects.create(
        principal="user u", window_start=Now() - timedelta(hours=hours)
    )

    forget_old()

    assert ServiceThrottle.objects.exists() is is_kept
