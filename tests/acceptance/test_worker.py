"""The worker as the platform sees it: a process that works, drains, and leaves nothing behind."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from imports.models import ImportJob, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring
from tests.hosts import Host, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


@pytest.fixture
def host(house: Path) -> Iterator[Host]:
    """Start a worker on the database of this test; whatever is left of it is killed."""
    host = Host(house)
    try:
        yield host.start()
    finally:
        host.end()


def _export(house: Path, conversations: int) -> bytes:
    path = house / f"export-{conversations}.zip"
    write_export(path, seed=conversations, conversations=conversations, zipped=True)
    return path.read_bytes()


def _reload(job: ImportJob) -> ImportJob:
    job.reload()
    return job


def test_two_imports_of_two_people_run_to_their_end(house: Path, host: Host) -> None:
    content = _export(house, 20)

    jobs = [bring(content, user_id=uuid.uuid4()) for _ in range(2)]
    until(lambda: all(not _reload(job).is_active for job in jobs))

    assert {job.status for job in jobs} == {Status.COMPLETE}


@pytest.fixture
def stray(house: Path) -> Path:
    """Put something among the drafts that cannot be removed as a draft is."""
    stray: Path = settings.OBJECTS_DIR / ".drafts" / uuid.uuid4().hex
    stray.mkdir(parents=True)
    os.utime(stray, (0, 0))
    return stray


def test_what_cannot_be_tidied_away_ends_no_worker(
    house: Path, stray: Path, host: Host
) -> None:
    job = bring(_export(house, 20), user_id=uuid.uuid4())
    until(lambda: not _reload(job).is_active)

    assert (job.status, stray.exists()) == (Status.COMPLETE, True)
    assert host.terminate() == 0


def test_sigterm_puts_the_import_back_and_leaves_no_process(
    house: Path, host: Host
) -> None:
    job = bring(_export(house, 600), user_id=uuid.uuid4())
    until(lambda: _reload(job).conversations_found > 0)

    code = host.terminate()

    job.reload()
    assert code == 0
    assert (job.status, job.crashes, job.error_code) == (Status.QUEUED, 0, "")
    assert not host.left()


def test_a_supervisor_that_is_killed_leaves_no_orphan_and_loses_nothing(
    house: Path, host: Host
) -> None:
    job = bring(_export(house, 600), user_id=uuid.uuid4())
    until(lambda: _reload(job).conversations_found > 0)
    host.family()

    host.process.kill()
    host.process.wait()

    until(lambda: not host.left(), seconds=30)
    job.reload()
    assert job.status == Status.QUEUED


def test_a_cluster_that_dies_is_started_anew(house: Path, host: Host) -> None:
    until(lambda: "main" in host.roles())

    host.roles()["main"].kill()
    job = bring(_export(house, 15), user_id=uuid.uuid4())

    until(lambda: not _reload(job).is_active, seconds=60)
    assert job.status == Status.COMPLETE
