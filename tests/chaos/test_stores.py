"""A remote store that breaks in every way it can, at random bytes: the import ends as if it had not."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from imports import intake, runner
from imports.models import ImportJob, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import come_back, whole_import
from tests.canonical import dump
from tests.chaos.conftest import Say
from tests.fakes.storage import FakeStorage
from tests.fakes.storage_faults import Fault, error_answer
from tests.ports import Ports
from tests.remote import remote_store

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(120),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
FAULTS_EACH = 6
ROUNDS = 12


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    write_export(path, seed=61, conversations=40, zipped=True)
    return path


@pytest.fixture
def storage() -> Iterator[FakeStorage]:
    with FakeStorage() as fake:
        yield fake


@pytest.fixture
def ports(storage: FakeStorage, house: Path) -> Iterator[Ports]:
    with remote_store(storage, spool=house / "spool", timeout_seconds=0.5) as ports:
        yield ports


def _schedule(chance: random.Random, *, size: int) -> list[Fault]:
    """Choose faults that a patient reader survives, at random places of the object."""
    at = chance.randrange(size)
    possible = [
        Fault("cut", at=at),
        Fault("reset", at=at),
        Fault("stall", at=at),
        Fault("short", at=1 + at % 5_000),
        Fault("unannounced", at=at),
        Fault("flip", at=at),
        Fault("gzip"),
        Fault("whole"),
        Fault("misplaced", at=1 + at % 50),
        Fault("outgrown", at=1 + at % 50),
        error_answer(429, stated="429", error="slow down", headers={"Retry-After": "0"}),
        error_answer(500, stated="500", error="internal"),
        error_answer(503, stated="503", error="unavailable"),
        error_answer(400, stated="503", error="unavailable"),
        error_answer(503, stated="503", error="unavailable", on="info"),
        Fault("answer", status=520, body=b"<html>unknown error</html>"),
    ]
    return chance.sample(possible, FAULTS_EACH)


def _work(job: ImportJob, ports: Ports) -> int:
    """Answer rings until the job has ended or ROUNDS are over; give how many it took."""
    for ring in range(1, ROUNDS + 1):
        runner.run(
            job.id, dispatch_seq=job.dispatch_seq, ports=ports, is_draining=lambda: False
        )
        ImportJob.objects.filter(id=job.id).update(next_attempt_at=None)
        come_back(job)
        job.reload()
        if not job.is_active:
            return ring
    return ROUNDS


@pytest.mark.parametrize("seed", range(1, 31))
def test_faults_at_random_bytes_leave_no_trace(
    seed: int, ports: Ports, storage: FakeStorage, export: Path, say: Say
) -> None:
    undisturbed = whole_import(export, user_id=uuid.uuid4())
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    storage.hold(path, export.read_bytes())
    faults = _schedule(random.Random(seed), size=export.stat().st_size)
    storage.fail(*faults)

    job = intake.start(user_id=user_id, storage_path=path, requested_by="test")
    ImportJob.objects.filter(id=job.id).update(created_at=undisturbed.created_at)
    rings = _work(job, ports)

    kinds = " ".join(f"{each.kind}@{each.at or each.status}" for each in faults)
    say(f"seed {seed}: {kinds}: {rings} rings, {len(storage.reads())} reads")
    assert (job.status, job.error_code) == (Status.COMPLETE, "")
    assert dump(job.user_id) == dump(undisturbed.user_id)


@pytest.mark.parametrize("seed", range(1, 11))
def test_an_object_that_is_cut_short_for_good_is_never_called_complete(
    seed: int, ports: Ports, storage: FakeStorage, export: Path
) -> None:
    content = export.read_bytes()
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    storage.hold(path, content[: random.Random(seed).randrange(1, len(content) - 1)])

    job = intake.start(user_id=user_id, storage_path=path, requested_by="test")
    _work(job, ports)

    assert (job.status, job.error_code) == (Status.FAILED, "incomplete_file")
    assert not dump(job.user_id)["conversations"]


@pytest.mark.parametrize("seed", range(1, 11))
def test_an_object_with_a_wrong_bit_for_good_is_never_called_complete_in_silence(
    seed: int, ports: Ports, storage: FakeStorage, export: Path
) -> None:
    undisturbed = whole_import(export, user_id=uuid.uuid4())
    content = bytearray(export.read_bytes())
    content[random.Random(seed).randrange(len(content))] ^= 1
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    storage.hold(path, bytes(content))

    job = intake.start(user_id=user_id, storage_path=path, requested_by="test")
    ImportJob.objects.filter(id=job.id).update(created_at=undisturbed.created_at)
    _work(job, ports)

    # A bit that nobody reads (a date in the directory, say) may change nothing at all.
    assert job.error_code or dump(job.user_id) == dump(undisturbed.user_id)
