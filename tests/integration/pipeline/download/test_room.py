"""Only who holds the lease may write, and only where there is room."""

from __future__ import annotations

import errno
import shutil
from types import SimpleNamespace

import pytest

from imports.errors import (
    DiskFull,
    LostLease,
)
from imports.models import ImportJob
from imports.pipeline import download, spool
from tests.integration.pipeline.download.places import MB, ZIP, Place, run

pytestmark = pytest.mark.django_db


def test_a_late_worker_touches_no_part(job: ImportJob, place: Place) -> None:
    place.hold(ZIP)
    ImportJob.objects.filter(id=job.id).update(attempt=job.attempt + 1)

    with pytest.raises(LostLease):
        run(job, place)

    assert not spool.folder_of(place.spool, job.id).exists()


def test_a_worker_that_loses_its_lease_stops_before_the_next_part(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(ZIP)
    stage = download.run(job, place.ports)
    next(stage)
    ImportJob.objects.filter(id=job.id).update(attempt=job.attempt + 1)

    with pytest.raises(LostLease):
        list(stage)

    assert spool.parts_of(place.spool, job.id) is None


def test_a_disk_that_fills_up_is_given_back(
    job: ImportJob, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    place.hold(ZIP)
    monkeypatch.setattr(spool, "write_whole", full)

    with pytest.raises(DiskFull) as failure:
        run(job, place)

    assert failure.value.code == "disk_full"
    assert not spool.folder_of(place.spool, job.id).exists()


def test_a_disk_without_room_is_not_filled_up(
    job: ImportJob, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.hold(ZIP)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * MB))

    with pytest.raises(DiskFull):
        run(job, place)

    assert not spool.folder_of(place.spool, job.id).exists()


def test_what_is_said_is_stored_on_the_job(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(ZIP)

    said_and_stored = [
        (progress.done, ImportJob.objects.get(id=job.id).bytes_done)
        for progress in download.run(job, place.ports)
    ]

    assert len(said_and_stored) > 3
    assert [said for said, _ in said_and_stored] == [
        stored for _, stored in said_and_stored
    ]
