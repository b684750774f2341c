"""Many people at once: each is served within a slice, whatever the imports of others do."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.db import connection

from imports import intake
from imports.models import ImportJob, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring
from tests.chaos.conftest import Say, StartHost
from tests.hosts import Host, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(400),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
SLICE_SECONDS = 4
PEOPLE = 5
IMPORTS_EACH = 5
# A slot is free again within a slice, or two for a stage that has stored nothing yet; that of a dead
# worker when its lease has run out.
PROMISED_SECONDS = 2 * SLICE_SECONDS + 6


def _content(path: Path, *, conversations: int) -> bytes:
    write_export(path, seed=conversations, conversations=conversations, zipped=True)
    return path.read_bytes()


def test_fifty_identical_triggers_at_once_are_one_import(
    house: Path, start_host: StartHost, say: Say
) -> None:
    start_host()
    user_id = uuid.uuid4()
    first = bring(_content(house / "a.zip", conversations=20), user_id=user_id)

    def trigger(_: int) -> uuid.UUID:
        try:
            return intake.start(
                user_id=user_id, storage_path=first.storage_path, requested_by="test"
            ).id
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=50) as crowd:
        ids = set(crowd.map(trigger, range(50)))
    until(lambda: not ImportJob.objects.active().exists())

    assert ids == {first.id}
    assert ImportJob.objects.get().status == Status.COMPLETE


def test_nobody_waits_for_a_poison_an_endless_import_or_a_backlog(
    house: Path, start_host: StartHost, say: Say
) -> None:
    small = _content(house / "small.zip", conversations=15)
    endless = bring(
        _content(house / "endless.zip", conversations=6_000), user_id=uuid.uuid4()
    )
    poison = bring(small, user_id=uuid.uuid4())
    backlogs = {uuid.uuid4(): IMPORTS_EACH for _ in range(PEOPLE - 2)}
    backlogs |= {endless.user_id: 0, poison.user_id: 3}
    host = start_host(SLICE_SECONDS=str(SLICE_SECONDS), LEASE_SECONDS="4")
    began = time.monotonic()

    while any(backlogs.values()) or _others(endless).active().exists():
        _kill_whoever_works_on(host, poison)
        for user_id in list(backlogs):
            if backlogs[user_id] and not ImportJob.objects.of_user(user_id).active():
                bring(small, user_id=user_id, filename=f"{backlogs[user_id]}.zip")
                backlogs[user_id] -= 1
        assert time.monotonic() - began < 300
        time.sleep(0.05)

    seconds = time.monotonic() - began
    poison.reload()
    endless.reload()
    waits = sorted(
        (job.started_at - job.created_at).total_seconds()
        for job in _others(endless).exclude(id=poison.id)
        if job.started_at
    )
    say(
        f"{len(waits)} imports in {seconds:.0f} s, the longest wait {waits[-1]:.1f} s,"
        f" the median {waits[len(waits) // 2]:.1f} s; poison died {poison.crashes} times;"
        f" the endless one is at {endless.progress_percent} % after {endless.attempt} slices"
    )
    assert (poison.status, poison.error_code) == (Status.FAILED, "poison")
    assert endless.is_active
    assert waits[-1] < PROMISED_SECONDS
    assert set(_others(endless).exclude(id=poison.id).values_list("status", flat=True)) == {
        Status.COMPLETE
    }
    intake.cancel(endless.id, actor="ada", reason="")
    until(lambda: not ImportJob.objects.active().exists(), seconds=10)


def _others(job: ImportJob):  # type: ignore[no-untyped-def]
    return ImportJob.objects.exclude(id=job.id)


def _kill_whoever_works_on(host: Host, poison: ImportJob) -> None:
    """End the worker of this import every time, as a crash in a library would."""
    poison.reload()
    if poison.status == Status.RUNNING:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(int(poison.worker.rpartition(":")[2])).kill()
