"""A disk that is full: the import waits, keeps nothing, and goes on when there is room."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models.functions import Now

from imports.models import ImportJob, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring
from tests.chaos.conftest import Say, StartHost
from tests.hosts import until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(120),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk"),
]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def _waits_for_room(job: ImportJob) -> bool:
    job.reload()
    return job.status == Status.QUEUED and job.error_code == "disk_full"


def test_an_import_waits_for_room_and_goes_on(
    house: Path, small_disk: Path, start_host: StartHost, say: Say
) -> None:
    write_export(house / "export.zip", seed=71, conversations=200, zipped=True)
    job = bring((house / "export.zip").read_bytes(), user_id=uuid.uuid4())
    start_host(SPOOL_DIR=str(small_disk))

    until(lambda: _waits_for_room(job))
    left = sum(path.stat().st_size for path in small_disk.rglob("*") if path.is_file())
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    ImportJob.objects.filter(id=job.id, status=Status.QUEUED).update(next_attempt_at=Now())
    until(lambda: not ImportJob.objects.active().exists())

    job.reload()
    say(f"waited with {left} bytes on the disk; {job.attempt} attempts")
    assert left < 1_000
    assert (job.status, job.error_code) == (Status.COMPLETE, "")
