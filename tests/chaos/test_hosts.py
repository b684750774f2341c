"""Several machines, each with folders of its own, work on one database and one remote store."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from imports import intake
from imports.models import ImportJob, StageLog
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed, is_spool_empty
from tests.fakes.storage import KEY, FakeStorage
from tests.hosts import Host, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
SHARED_SECRET = "what all machines of one house share, and nobody else"
IMPORTS = 6


def _start(start_host: StartHost, house: Path, name: str, storage: FakeStorage) -> Host:
    return start_host(
        VAR_DIR=str(house / name),
        OBJECTS_DIR=str(house / name / "objects"),
        SECRET_KEY=SHARED_SECRET,
        SUPABASE_URL=storage.url.removesuffix("/storage/v1"),
        SUPABASE_SERVICE_KEY=KEY,
        MIRROR="off",
        SLICE_SECONDS="3",
    )


def _names(host: Host) -> set[int]:
    return {process.pid for process in host.seen}


def test_two_machines_share_the_work_and_one_takes_over_what_the_other_leaves(
    house: Path, start_host: StartHost, say: Say
) -> None:
    export = Undisturbed(house / "export.zip", seed=73, conversations=250)
    with FakeStorage() as storage:
        first = _start(start_host, house, "one", storage)
        second = _start(start_host, house, "two", storage)
        jobs = [_ask(export, storage) for _ in range(IMPORTS)]
        until(lambda: all(_workers(host) for host in (first, second)), seconds=60)
        until(lambda: _running_on(first), seconds=60)
        family = first.family()
        first.process.kill()
        for process in family:
            process.kill()
        until(lambda: not ImportJob.objects.active().exists(), seconds=200)

        took = [len(_workers(host)) for host in (first, second)]
        say(f"{IMPORTS} imports, worker processes that took part: {took[0]} and {took[1]}")
        for job in jobs:
            export.confirm(job)
        assert is_spool_empty(second)
        second.end()


def _ask(export: Undisturbed, storage: FakeStorage) -> ImportJob:
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    storage.hold(path, export.content)
    job = intake.start(user_id=user_id, storage_path=path, requested_by="test")
    return export.as_if_asked_then(job)


def _workers(host: Host) -> set[str]:
    """Name the worker processes of a host that have ever held a stage."""
    host.family()
    held = set(StageLog.objects.exclude(worker="").values_list("worker", flat=True))
    return {name for name in held if int(name.rpartition(":")[2]) in _names(host)}


def _running_on(host: Host) -> bool:
    running = ImportJob.objects.exclude(worker="").values_list("worker", flat=True)
    return bool(_workers(host) & set(running))
