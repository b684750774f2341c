"""Doorbells that are lost or doubled, and several hosts that hear them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django_q.models import OrmQ

from imports.models import ImportJob, StageLog, Worker
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed, is_spool_empty
from tests.hosts import until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(240),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]


@pytest.fixture
def export(house: Path) -> Undisturbed:
    return Undisturbed(house / "export.zip", seed=31, conversations=150)


def _have_ended() -> bool:
    return not ImportJob.objects.active().exists()


def _lose_all() -> None:
    OrmQ.objects.all().delete()


def _ring_ten_times() -> None:
    with transaction.atomic():
        # A copy of a copy of a copy would only measure the queue.
        for message in OrmQ.objects.distinct("payload"):
            OrmQ.objects.bulk_create(
                OrmQ(key=message.key, payload=message.payload, lock=message.lock)
                for _ in range(9)
            )


def test_a_lost_doorbell_is_rung_again(
    export: Undisturbed, start_host: StartHost, say: Say
) -> None:
    job = export.bring()
    _lose_all()

    start_host()
    seconds = until(lambda: ImportJob.objects.get(id=job.id).attempt, seconds=60)

    until(_have_ended)
    export.confirm(job)
    say(f"lost doorbell: worked on after {seconds:.0f} s")


@pytest.mark.parametrize("meddle", [_lose_all, _ring_ten_times])
def test_doorbells_lost_and_doubled_all_the_time_change_nothing(
    meddle: Callable[[], None], export: Undisturbed, start_host: StartHost
) -> None:
    chance = random.Random(5)
    jobs = [export.bring() for _ in range(3)]
    meddle()

    start_host(SLICE_SECONDS="3")
    for _ in range(12):
        time.sleep(chance.uniform(0.1, 1.0))
        meddle()
    until(_have_ended, seconds=120)

    for job in jobs:
        export.confirm(job)
    assert not StageLog.objects.filter(outcome="crashed").exists()


def test_two_hosts_share_the_work_and_neither_needs_the_spool_of_the_other(
    export: Undisturbed, start_host: StartHost, say: Say
) -> None:
    jobs = [export.bring() for _ in range(8)]
    hosts = [start_host(SLICE_SECONDS="3"), start_host(SLICE_SECONDS="3")]
    began = time.monotonic()

    until(_have_ended, seconds=180)
    seconds = time.monotonic() - began

    until(lambda: all(map(is_spool_empty, hosts)), seconds=20)
    restarts = list(Worker.objects.values_list("restarts", flat=True))
    workers = set(StageLog.objects.exclude(worker="").values_list("worker", flat=True))
    say(
        f"two hosts: 8 imports in {seconds:.0f} s by {len(workers)} workers,"
        f" restarts {restarts}"
    )
    for job in jobs:
        export.confirm(job)
    assert restarts == [0, 0]
    assert len(workers) > 2
