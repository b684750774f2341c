"""A worker is killed at every crash point; what the next one leaves is as if nothing had been.

After SQLite's anomaly loops: the n-th time a point is reached, for n = 1, 2, ... until it is not
reached any more. The killed worker is a fork of this process, so a kill is a real SIGKILL.
"""

from __future__ import annotations

import re
import uuid
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from imports import enqueue, faults
from imports.models import ImportJob, Status
from imports.pipeline import ingest
from imports.synthetic import write_export
from tests.acceptance.journeys import bring, come_back, die_at, work, work_to_the_end
from tests.canonical import dump

REQUEST_POINTS = ["submit.created", "ring.rung"]
# Only an engine that is paid passes these: tests/acceptance/test_paid_kills.py.
CALL_POINTS = ["call.reserved", "call.answered", "call.settled"]
WORKER_POINTS = [
    point for point in faults.POINTS if point not in (*REQUEST_POINTS, *CALL_POINTS)
]


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("point", REQUEST_POINTS)
def test_a_request_killed_there_was_never_made(point: str) -> None:
    was_killed = die_at(f"{point}:1:kill", partial(bring, b"[]", user_id=uuid.uuid4()))

    assert was_killed
    assert not ImportJob.objects.exists()
    assert enqueue.undelivered() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_killed_there_changes_nothing_in_the_end(
    point: str, export: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 5)

    deaths = _kill_at_each(point, export, most=2)

    assert deaths > 0


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("point", WORKER_POINTS)
def test_a_worker_killed_there_at_any_time_changes_nothing_in_the_end(
    point: str, export: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 2)

    deaths = _kill_at_each(point, export, most=1_000)

    assert deaths > 0


@cache
def _undisturbed(export: bytes) -> dict[str, list[Any]]:
    """Import the export once and give what that leaves; it is the same at every point."""
    user = uuid.uuid4()
    assert work_to_the_end(bring(export, user_id=user)).status == Status.COMPLETE
    return dump(user)


def _kill_at_each(point: str, export: bytes, *, most: int) -> int:
    """Kill a worker the 1st, 2nd, ... time it is there; give how often that happened."""
    expected = _undisturbed(export)
    deaths = 0
    while deaths < most:
        user = uuid.uuid4()
        job = bring(export, user_id=user)
        was_killed = die_at(f"{point}:{deaths + 1}:kill", partial(work, job))
        come_back(job)
        work_to_the_end(job)

        assert job.status == Status.COMPLETE
        assert dump(user) == expected
        if not was_killed:
            break
        deaths += 1
    return deaths
