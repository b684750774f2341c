"""Processes that are stopped, woken, shut down or wedged while they work."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from imports.models import ImportJob, StageLog, Status, Worker
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed, is_spool_empty
from tests.hosts import Host, is_alive, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(240),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
# Whatever died, a job is worked on again within this time.
PROMISED_SECONDS = 60


@pytest.fixture
def export(house: Path) -> Undisturbed:
    return Undisturbed(house / "export.zip", seed=21, conversations=120)


def _ended(job: ImportJob) -> bool:
    job.reload()
    return not job.is_active


def _is_working(job: ImportJob) -> bool:
    job.reload()
    return job.status == Status.RUNNING and job.conversations_found > 0


def _until_idle(host: Host) -> None:
    """Wait until the queue of a cluster is waited for by all of its workers."""
    until(lambda: {"main", "sentinel", "idle", "pusher"} <= host.roles().keys())
    time.sleep(1)


def test_sigterm_hands_the_import_over_to_the_next_worker(
    export: Undisturbed, start_host: StartHost
) -> None:
    job = export.bring()
    host = start_host()
    until(lambda: _is_working(job))

    began = time.monotonic()
    code = host.terminate()
    seconds = time.monotonic() - began

    job.reload()
    assert code == 0
    assert seconds < 25
    assert (job.status, job.crashes, job.failures) == (Status.QUEUED, 0, 0)
    assert not host.left()
    host.start()
    until(lambda: _ended(job), seconds=PROMISED_SECONDS)
    export.confirm(job)


def test_a_worker_that_was_stopped_past_its_lease_writes_nothing_when_it_wakes(
    export: Undisturbed, start_host: StartHost
) -> None:
    job = export.bring()
    host = start_host(LEASE_SECONDS="3", SLICE_SECONDS="60")
    until(lambda: _is_working(job))
    asleep, attempt = host.roles()["busy"], job.attempt

    asleep.suspend()
    until(lambda: _ended(job), seconds=PROMISED_SECONDS)
    export.confirm(job)
    asleep.resume()
    time.sleep(3)

    export.confirm(job)
    assert job.attempt > attempt
    lines = StageLog.objects.filter(job=job, attempt=attempt)
    assert lines.filter(outcome=StageLog.Outcome.CRASHED).count() == 1
    assert is_alive(asleep)
    assert is_spool_empty(host)


def test_a_queue_whose_lock_died_with_an_idle_worker_is_noticed_and_healed(
    export: Undisturbed, start_host: StartHost, say: Say
) -> None:
    host = start_host()
    _until_idle(host)

    # One of the two waits with the lock in its hands, the other one for it.
    for worker in host.workers():
        worker.kill()
    job = export.bring()
    seconds = until(lambda: _has_begun(job), seconds=PROMISED_SECONDS)

    until(lambda: _ended(job))
    export.confirm(job)
    say(f"wedged by dead idle workers: worked on after {seconds:.0f} s")


@pytest.mark.parametrize("role", ["main", "sentinel", "pusher", "monitor"])
def test_a_cluster_with_a_frozen_part_is_noticed_and_replaced(
    role: str,
    export: Undisturbed,
    start_host: StartHost,
    say: Say,
) -> None:
    host = start_host()
    _until_idle(host)

    host.roles()[role].suspend()
    job = export.bring()
    seconds = until(lambda: _has_begun(job), seconds=PROMISED_SECONDS)

    until(lambda: _ended(job), seconds=90)
    export.confirm(job)
    say(f"{role} frozen: worked on after {seconds:.0f} s")


def test_sigterm_to_the_whole_group_of_a_cluster_is_healed(
    export: Undisturbed, start_host: StartHost, say: Say
) -> None:
    job = export.bring()
    host = start_host()
    until(lambda: _is_working(job))
    attempt = job.attempt

    os.killpg(host.roles()["main"].pid, signal.SIGTERM)
    seconds = until(lambda: _has_begun(job, after=attempt), seconds=PROMISED_SECONDS)

    until(lambda: _ended(job))
    export.confirm(job)
    say(f"SIGTERM to the group: worked on after {seconds:.0f} s")


def test_no_process_outlives_supervisor_and_main_process(start_host: StartHost) -> None:
    host = start_host(DRAIN_SECONDS="2")
    _until_idle(host)
    main = host.roles()["main"]

    host.process.kill()
    main.kill()
    host.process.wait()

    until(lambda: not host.left(), seconds=20)


def test_a_stopped_supervisor_is_not_missed_where_there_is_another(
    export: Undisturbed, start_host: StartHost
) -> None:
    frozen, _ = start_host(), start_host()
    psutil.Process(frozen.process.pid).suspend()
    jobs = [export.bring() for _ in range(3)]

    until(lambda: all(map(_ended, jobs)), seconds=120)

    psutil.Process(frozen.process.pid).resume()
    for job in jobs:
        export.confirm(job)
    assert Worker.objects.count() == 2
    assert settings.WORKERS == 2


def _has_begun(job: ImportJob, *, after: int = 0) -> bool:
    job.reload()
    return job.attempt > after
