"""What is stalled or lost comes back."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now

from imports import logbook
from imports.models import ImportJob, ModelCall, StageLog, StageName, Status
from imports.pipeline import spool
from imports.sweep import sweep
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


def test_a_call_that_was_under_way_stays_on_the_bill(tmp_path: Path) -> None:
    job = _stalled()
    ModelCall.objects.create(
        user_id=job.user_id, job=job, stage=StageName.FACTS, request_hash="h"
    )

    sweep(spool_folder=tmp_path)

    assert ModelCall.objects.get().outcome == ModelCall.Outcome.UNKNOWN


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
