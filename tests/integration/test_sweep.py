"""What is stalled or lost comes back."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import logbook
from imports.models import (
    ImportJob,
    ModelCall,
    StageLog,
    StageName,
    Status,
    Worker,
)
from imports.pipeline import spool
from imports.sweep import forget_rings, give_back, sweep, tidy
from tests.factories import make_job

pytestmark = pytest.mark.django_db


def _stalled(**fields: object) -> ImportJob:
    job = make_job(status=Status.RUNNING, **fields)
    ImportJob.objects.filter(id=job.id).update(
        lease_expires_at=Now() - timedelta(seconds=1)
    )
    return job


def test_a_job_whose_worker_died_waits_again_and_the_log_says_so(tmp_path: Path) -> None:
    job = _stalled()
    logbook.open(job)

    sweep(spool_folder=tmp_path)

    job.reload()
    assert (job.status, job.crashes, job.lease_expires_at) == (Status.QUEUED, 1, None)
    assert StageLog.objects.get(job=job).outcome == StageLog.Outcome.CRASHED


def test_a_call_that_was_under_way_stays_open_for_the_next_attempt(tmp_path: Path) -> None:
    job = _stalled()
    ModelCall.objects.create(
        user_id=job.user_id, job=job, stage=StageName.FACTS, request_hash="h"
    )

    sweep(spool_folder=tmp_path)

    assert ModelCall.objects.get().outcome == ModelCall.Outcome.RESERVED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (Status.COMPLETE, "unknown"),
        (Status.FAILED, "reserved"),
        (Status.RUNNING, "reserved"),
    ],
)
def test_a_call_that_a_finished_import_did_without_is_closed(
    status: Status, outcome: str
) -> None:
    job = make_job(status=status)
    ModelCall.objects.create(
        user_id=job.user_id,
        job=job,
        stage=StageName.FACTS,
        request_hash="of an older prompt",
        estimated_microdollars=7,
        parcel=b"brought",
    )

    tidy()

    call = ModelCall.objects.get()
    assert call.outcome == outcome
    assert (call.parcel is None, call.microdollars == 7) == (outcome == "unknown",) * 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_frozen_in_a_transaction_keeps_nobody_else_waiting(
    tmp_path: Path,
) -> None:
    frozen, dead = _stalled(), _stalled()
    frozen_worker = connection.copy()
    frozen_worker.set_autocommit(False)
    with frozen_worker.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM imports_importjob WHERE id = %s FOR NO KEY UPDATE", [frozen.id]
        )

    sweep(spool_folder=tmp_path)

    frozen_worker.close()
    dead.reload()
    frozen.reload()
    assert (dead.status, frozen.status) == (Status.QUEUED, Status.RUNNING)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_in_which_a_worker_sleeps_ends_with_its_lease(
    settings: Settings,
) -> None:
    settings.LEASE_SECONDS = 1
    job = make_job(status=Status.RUNNING)

    with pytest.raises(DatabaseError), job.writing() as row:  # noqa: PT012 - in this order
        time.sleep(1.5)
        row.update(messages=1)

    connection.close()
    job.reload()
    assert job.messages == 0


def test_a_living_job_is_left_alone(tmp_path: Path) -> None:
    job = make_job(status=Status.RUNNING)

    sweep(spool_folder=tmp_path)

    job.reload()
    assert job.status == Status.RUNNING


def test_a_ring_that_nobody_heard_is_rung_again(tmp_path: Path) -> None:
    job = make_job(dispatched_at=Now() - timedelta(minutes=1), dispatch_seq=1)

    swept = sweep(spool_folder=tmp_path)

    job.reload()
    assert (swept.lost_rings, job.dispatched_at) == (1, None)


def test_what_a_killed_cluster_held_is_put_back_at_once_and_not_blamed() -> None:
    held, elsewhere = (
        make_job(status=Status.RUNNING, crashes=2, worker=name) for name in ("a:1", "b:1")
    )
    logbook.open(held)

    give_back({"a:1"})

    held.reload()
    elsewhere.reload()
    assert (held.status, held.crashes) == (Status.QUEUED, 2)
    assert StageLog.objects.get(job=held).outcome == StageLog.Outcome.CRASHED
    assert elsewhere.status == Status.RUNNING


def test_what_a_cluster_took_with_it_is_rung_again_at_once() -> None:
    job = make_job(dispatched_at=Now() - timedelta(milliseconds=1), dispatch_seq=1)

    forgotten = forget_rings()

    job.reload()
    assert (forgotten, job.dispatched_at) == (1, None)


@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
def test_a_worker_that_is_silent_for_a_day_is_forgotten(hours: int, is_kept: bool) -> None:
    Worker.objects.create(name="w", slots=2, beat_at=Now() - timedelta(hours=hours))

    tidy()

    assert Worker.objects.exists() is is_kept


@pytest.mark.parametrize(
    ("status", "is_kept"), [(Status.QUEUED, True), (Status.FAILED, False)]
)
def test_a_spool_lives_as_long_as_its_job_is_active(
    tmp_path: Path, status: Status, is_kept: bool
) -> None:
    job = make_job(status=status)
    folder = spool.folder_of(tmp_path, job.id)
    spool.prepare(folder, etag="e")
    os.utime(folder, (0, 0))

    sweep(spool_folder=tmp_path)

    assert folder.exists() is is_kept


def test_a_spool_that_cannot_be_removed_keeps_no_other_one(tmp_path: Path) -> None:
    stuck = tmp_path / str(uuid.UUID(int=1))
    stuck.touch()  # no folder: nobody can look into it
    folder = spool.folder_of(tmp_path, uuid.UUID(int=2))
    spool.prepare(folder, etag="e")
    for path in (stuck, folder):
        os.utime(path, (0, 0))

    sweep(spool_folder=tmp_path)

    assert (stuck.exists(), folder.exists()) == (True, False)
