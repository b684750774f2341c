"""The worker as the platform sees it: a process that works, drains, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection

from imports.models import ImportJob, Status, Worker
from imports.synthetic import write_export
from tests.acceptance.journeys import bring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


def _until(condition: Callable[[], object], *, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def worker(house: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker on the database of this test; whatever is left of it is killed."""
    base, _, _ = os.environ["DATABASE_URL"].partition("?")
    url = os.environ["DATABASE_URL"].replace(
        base, f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    )
    process = subprocess.Popen(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"],
        start_new_session=True,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "OBJECTS_DIR": str(house / "objects"),
            "SPOOL_DIR": str(house / "spool"),
            "SLICE_SECONDS": "5",
        },
    )
    try:
        _until(lambda: Worker.objects.alive().exists())
        yield process
    finally:
        for left in (*_family(process), psutil.Process()):
            if left.pid != os.getpid():
                left.kill()
        process.kill()
        process.wait()


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    if not psutil.pid_exists(process.pid):
        return []
    return psutil.Process(process.pid).children(recursive=True)


def _is_alive(process: psutil.Process) -> bool:
    # An orphan that was killed stays a zombie where nobody reaps.
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _export(house: Path, conversations: int) -> bytes:
    path = house / f"export-{conversations}.zip"
    write_export(path, seed=conversations, conversations=conversations, zipped=True)
    return path.read_bytes()


def _reload(job: ImportJob) -> ImportJob:
    job.reload()
    return job


def test_two_imports_of_two_people_run_to_their_end(
    house: Path, worker: subprocess.Popen[bytes]
) -> None:
    content = _export(house, 20)

    jobs = [bring(content, user_id=uuid.uuid4()) for _ in range(2)]
    _until(lambda: all(not _reload(job).is_active for job in jobs))

    assert {job.status for job in jobs} == {Status.COMPLETE}


def test_sigterm_puts_the_import_back_and_leaves_no_process(
    house: Path, worker: subprocess.Popen[bytes]
) -> None:
    job = bring(_export(house, 600), user_id=uuid.uuid4())
    _until(lambda: _reload(job).conversations_found > 0)
    family = _family(worker)

    worker.send_signal(signal.SIGTERM)
    code = worker.wait(timeout=25)

    job.reload()
    assert code == 0
    assert (job.status, job.crashes, job.error_code) == (Status.QUEUED, 0, "")
    assert not any(_is_alive(process) for process in family)


def test_a_supervisor_that_is_killed_leaves_no_orphan_and_loses_nothing(
    house: Path, worker: subprocess.Popen[bytes]
) -> None:
    job = bring(_export(house, 600), user_id=uuid.uuid4())
    _until(lambda: _reload(job).conversations_found > 0)
    family = _family(worker)

    worker.kill()
    worker.wait()

    _until(lambda: not any(_is_alive(process) for process in family), seconds=30)
    job.reload()
    assert job.status == Status.QUEUED


def test_a_cluster_that_dies_is_started_anew(
    house: Path, worker: subprocess.Popen[bytes]
) -> None:
    (cluster,) = psutil.Process(worker.pid).children()

    cluster.kill()
    job = bring(_export(house, 15), user_id=uuid.uuid4())

    _until(lambda: not _reload(job).is_active, seconds=60)
    assert job.status == Status.COMPLETE
