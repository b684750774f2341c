"""kill -9 at random moments, of every process there is; the imports end as if nothing had been."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from imports.models import ImportJob, StageLog
from tests.chaos.conftest import Say
from tests.chaos.oracle import Undisturbed, is_spool_empty
from tests.hosts import Host, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]

ROLES = ("busy", "idle", "monitor", "pusher", "sentinel", "main", "group", "supervisor")
KILLS = 10
IMPORTS = 5
# A cluster needs some 3 s to start; a kill must be able to meet one that works.
PAUSES = (1.0, 6.0)


@pytest.mark.parametrize("seed", range(1, 7))
def test_imports_end_as_if_nothing_had_been_killed(
    seed: int, house: Path, say: Say
) -> None:
    chance = random.Random(seed)
    export = Undisturbed(house / "export.zip", seed=seed, conversations=200)
    jobs = [export.bring() for _ in range(IMPORTS)]
    lease, length = chance.randint(3, 6), chance.randint(3, 5)
    host = Host(house, LEASE_SECONDS=str(lease), SLICE_SECONDS=str(length))
    began = time.monotonic()

    try:
        host.start()
        killed = _kill_at_random(host, chance, jobs, export)
        until(lambda: not ImportJob.objects.active().exists(), seconds=300)
        seconds = time.monotonic() - began
        until(lambda: is_spool_empty(host), seconds=20)
        code = host.terminate()
        until(lambda: not host.left(), seconds=30)
    finally:
        host.end()

    say(_report(seed, killed, seconds, jobs))
    assert code == 0
    for job in jobs:
        export.confirm(job)


def _kill_at_random(
    host: Host, chance: random.Random, jobs: list[ImportJob], export: Undisturbed
) -> Counter[str]:
    killed: Counter[str] = Counter()
    while killed.total() < KILLS:
        time.sleep(chance.uniform(*PAUSES))
        if not ImportJob.objects.active().exists():
            jobs.append(export.bring())
        role = chance.choice(ROLES)
        if _kill(host, role):
            killed[role] += 1
    return killed


def _kill(host: Host, role: str) -> bool:
    """Kill whoever plays this part now; False if nobody does."""
    roles = host.roles()
    if role == "supervisor":
        host.process.kill()
        host.process.wait()
        host.start()  # as the platform does
        return True
    victims = host.family() if role == "group" else [roles[role]] if role in roles else []
    for victim in victims:
        with suppress(psutil.NoSuchProcess):
            victim.kill()
    return bool(victims)


def _report(seed: int, killed: Counter[str], seconds: float, jobs: list[ImportJob]) -> str:
    lines = StageLog.objects.filter(kind="stage")
    return (
        f"seed {seed}: {killed.total()} kills ({dict(killed)}) in {seconds:.0f} s,"
        f" {len(jobs)} imports,"
        f" {lines.filter(outcome='crashed').count()} recovered after a death,"
        f" {lines.filter(outcome='drained').count()} handed over,"
        f" {sum(job.attempt for job in ImportJob.objects.all())} attempts"
    )
