"""A worker is killed at every crash point; what the next one leaves is as if nothing had been.

After SQLite's anomaly loops: the n-th time a point is reached, for n = 1, 2, ... until it is not
reached any more. The killed worker is a fork of this process, so a kill is a real SIGKILL.
"""

from __future__ import annotations

import os
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from django.db.models.functions import Now

from imports import faults
from imports.dispatch import dispatch
from imports.models import ImportJob, Status
from imports.pipeline import ingest
from imports.sweep import sweep
from imports.synthetic import write_export
from tests.acceptance.journeys import bring, whole_import, work, work_to_the_end
from tests.canonical import dump

WORKER_POINTS = [point for point in faults.POINTS if point != "submit.created"]


def test_the_list_of_crash_points_is_what_the_source_says() -> None:
    source = Path(settings.BASE_DIR) / "imports"

    named = {
        point
        for path in source.rglob("*.py")
        for point in re.findall(r'faults\.hit\("([^"]+)"\)', path.read_text())
    }

    assert named == set(faults.POINTS)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    write_export(path, seed=13, conversations=12, zipped=True)
    return path.read_bytes()


def _die_at(fault: str, job: ImportJob) -> bool:
    """Let a forked worker run into a fault; tell whether it did."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        faults.arm(fault)
        work(job)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _come_back(job: ImportJob) -> None:
    """Let the lease run out, and sweep and dispatch as a supervisor does."""
    ImportJob.objects.filter(id=job.id, status=Status.RUNNING).update(
        lease_expires_at=Now() - timedelta(seconds=1)
    )
    ImportJob.objects.rung().update(dispatched_at=Now() - timedelta(minutes=1))
    sweep(spool_folder=settings.SPOOL_DIR)
    dispatch()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_killed_there_changes_nothing_in_the_end(
    point: str, export: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 5)
    (tmp_path / "export.zip").write_bytes(export)
    undisturbed = uuid.uuid4()
    whole_import(tmp_path / "export.zip", user_id=undisturbed)
    expected = dump(undisturbed)

    deaths = 0
    while True:
        user = uuid.uuid4()
        job = bring(export, user_id=user)
        was_killed = _die_at(f"{point}:{deaths + 1}:kill", job)
        _come_back(job)
        work_to_the_end(job)

        assert job.status == Status.COMPLETE
        assert dump(user) == expected
        if not was_killed:
            break
        deaths += 1

    assert deaths > 0
