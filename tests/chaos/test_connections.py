"""Connections to the database break in the middle of an answer; a COMMIT may or may not have been."""

from __future__ import annotations

import os
import random
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection

from imports.models import ImportJob
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed, is_spool_empty
from tests.fakes.fault_proxy import FaultProxy
from tests.hosts import until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]


def _upstream() -> tuple[str, int] | str:
    """Give where the server of this test run listens."""
    url = urlsplit(os.environ["DATABASE_URL"])
    folder = parse_qs(url.query).get("host", [""])[0]
    if folder:
        return f"{folder}/.s.PGSQL.{url.port or 5432}"
    return str(url.hostname), url.port or 5432


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_answers_of_the_database_that_are_lost_leave_no_trace(
    seed: int, house: Path, start_host: StartHost, say: Say
) -> None:
    export = Undisturbed(house / "export.zip", seed=43, conversations=200)
    jobs = [export.bring() for _ in range(3)]
    chance = random.Random(seed)
    user = urlsplit(os.environ["DATABASE_URL"]).username or ""
    with FaultProxy(_upstream()) as proxy:
        # The greeting of a connection takes about 500 bytes; the answer to an UPDATE 15.
        proxy.reset_after = lambda: chance.randrange(600, 30_000)
        host = start_host(
            DATABASE_URL=f"postgres://{user}@127.0.0.1:{proxy.port}/"
            + str(connection.settings_dict["NAME"])
        )
        until(lambda: proxy.resets >= 25, seconds=120)
        proxy.reset_after = lambda: None
        seconds = until(lambda: not ImportJob.objects.active().exists(), seconds=120)

        until(lambda: is_spool_empty(host), seconds=20)
        for job in jobs:
            export.confirm(job)
        say(
            f"seed {seed}: {proxy.resets} connections broken, {seconds:.0f} s to the end,"
            f" {sum(job.attempt for job in jobs)} attempts"
        )
        assert host.terminate() == 0
    assert not host.left()
