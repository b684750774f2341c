"""What a supervisor makes of a database that goes away and comes back."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.models.functions import Now

from imports.models import ImportJob, Status, Worker
from imports.supervisor import RING_SECONDS, Supervisor
from imports.supervisor.cluster import Cluster
from imports.supervisor.errands import Errand, run
from tests.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = "here:1"
ORPHAN = """
import os
import django

django.setup()
from imports.supervisor.cluster import Cluster

orphan = os.fork() or os._exit(0)
os.waitid(os.P_PID, orphan, os.WEXITED | os.WNOWAIT)
Cluster().bury_orphans()
Cluster().bury_orphans()
os.kill(orphan, 0)
"""


class Alive(Cluster):
    """A cluster without a process."""

    starts = 0

    def start(self) -> None:
        self.starts += 1

    def is_alive(self) -> bool:
        return True

    def has(self, worker: str) -> bool:
        return worker == WORKER

    def bury_orphans(self) -> None:
        """The children of a test run are none of its own."""


@pytest.fixture
def cluster() -> Alive:
    return Alive()


@pytest.fixture
def supervisor(cluster: Alive) -> Supervisor:
    """Give one whose cluster has a slot, and has been there for long."""
    supervisor = Supervisor()
    supervisor._cluster = cluster
    return supervisor


@pytest.fixture
def _ring() -> ImportJob:
    """Ring once, longer ago than an answer takes."""
    rung_at = Now() - timedelta(seconds=RING_SECONDS - 2)
    return make_job(dispatched_at=rung_at, dispatch_seq=1)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let no supervisor reach the database until it is undone."""

    def refuse(**_: object) -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as outage:
        outage.setattr(Worker.objects, "update_or_create", refuse)
        yield outage


@pytest.mark.usefixtures("_ring")
def test_a_cluster_that_leaves_a_ring_unanswered_is_started_anew(
    supervisor: Supervisor, cluster: Alive
) -> None:
    supervisor._tick()

    assert cluster.starts == 1


@pytest.mark.usefixtures("_ring")
def test_a_ring_from_before_an_outage_is_no_sign_of_a_deaf_cluster(
    supervisor: Supervisor, cluster: Alive, outage: pytest.MonkeyPatch
) -> None:
    supervisor._tick()
    outage.undo()

    supervisor._tick()

    assert cluster.starts == 0


@pytest.mark.usefixtures("_ring")
@pytest.mark.parametrize(
    ("worker", "starts"), [("elsewhere:1", 1), (WORKER, 2)], ids=["loading", "answered"]
)
def test_a_cluster_has_time_to_load_until_it_has_answered(
    worker: str,
    starts: int,
    supervisor: Supervisor,
    cluster: Alive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_job(status=Status.RUNNING, worker=worker)
    monkeypatch.setattr("imports.supervisor.FRESH_SECONDS", 0)
    supervisor._start_cluster()

    supervisor._tick()

    assert cluster.starts == starts


def test_an_outage_is_said_once_by_each(
    supervisor: Supervisor,
    outage: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    errand = Errand(name="mirror", every_seconds=1, run=supervisor._beat)

    with caplog.at_level(logging.WARNING, logger="imports"):
        for _ in range(3):
            supervisor._tick()
            run(errand)

    said = [record.getMessage() for record in caplog.records]
    assert said == [
        f"worker {supervisor._name}: OperationalError",
        "mirror: OperationalError",
    ]


def test_the_first_process_of_a_container_buries_whom_it_inherits() -> None:
    program = [sys.executable, "-c", ORPHAN]

    ended = subprocess.run(
        program,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.stderr.endswith("ProcessLookupError: [Errno 3] No such process\n")
