"""Whatever breaks on the way, what is in the spool is what was uploaded."""

from __future__ import annotations

import random
from typing import Any

import pytest

from imports.errors import (
    IncompleteDownload,
)
from imports.formats.failures import (
    ZipFailure,
)
from imports.models import ImportJob
from imports.pipeline import spool
from tests.fakes.storage import FakeStorage
from tests.fakes.storage_faults import Fault
from tests.integration.pipeline.download.places import SHARDS, ZIP, Place, run, spooled

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_connection_costs_nothing_but_time(
    job: ImportJob, remote: Place, storage: FakeStorage, seed: int
) -> None:
    chance = random.Random(seed)
    remote.hold(ZIP)
    faults = [
        Fault(chance.choice(["cut", "reset"]), at=chance.randrange(300_000)) for _ in "abcd"
    ]
    storage.fail(*faults)

    run(job, remote)

    assert spooled(job, remote) == list(SHARDS.values())


@pytest.mark.parametrize(
    "at",
    [
        0,
        ZIP.index(b"conversations-001.json") + 200_000,
        ZIP.rindex(b"conversations-001.json") - 20,
        ZIP.rindex(b"PK\x05\x06"),
    ],
    ids=["head", "member", "directory", "end"],
)
def test_a_bit_that_flips_on_the_way_costs_one_fresh_download(
    job: ImportJob, remote: Place, storage: FakeStorage, at: int
) -> None:
    remote.hold(ZIP)
    storage.fail(Fault("flip", at=at))

    run(job, remote)

    assert spooled(job, remote) == list(SHARDS.values())


def test_a_bit_that_flips_every_time_fails_for_good(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(ZIP)
    at = ZIP.index(b"conversations-001.json") + 200_000
    storage.fail(Fault("flip", at=at), Fault("flip", at=at))

    with pytest.raises(ZipFailure):
        run(job, remote)


def test_a_server_that_ignores_range_is_no_obstacle(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(ZIP)
    storage.fail(Fault("whole", times=99))

    run(job, remote)

    assert spooled(job, remote) == list(SHARDS.values())


@pytest.mark.parametrize("kind", ["short", "gzip", "unannounced"])
def test_a_download_that_is_always_short_is_never_complete(
    job: ImportJob, remote: Place, storage: FakeStorage, kind: Any
) -> None:
    remote.hold(ZIP)
    storage.fail(Fault(kind, at=1, times=99))

    with pytest.raises(IncompleteDownload):
        run(job, remote)

    assert spool.parts_of(remote.spool, job.id) is None
