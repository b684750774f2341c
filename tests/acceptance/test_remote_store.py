"""Exports that lie in Supabase: whatever the store does, the import ends as it should."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from imports import intake, runner
from imports.models import ImportJob, StageLog, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import whole_import
from tests.canonical import dump
from tests.fakes.storage import FakeStorage
from tests.fakes.storage_faults import Fault, error_answer
from tests.ports import Ports
from tests.remote import remote_store

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    write_export(path, seed=12, conversations=25, zipped=True)
    return path


@pytest.fixture
def storage() -> Iterator[FakeStorage]:
    with FakeStorage() as fake:
        yield fake


@pytest.fixture
def ports(storage: FakeStorage, house: Path) -> Iterator[Ports]:
    with remote_store(storage, spool=house / "spool", timeout_seconds=2) as ports:
        yield ports


@pytest.fixture
def job() -> ImportJob:
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    return intake.start(user_id=user_id, storage_path=path, requested_by="test")


def work(job: ImportJob, ports: Ports) -> ImportJob:
    """Answer one ring, as a worker does."""
    runner.run(
        job.id, dispatch_seq=job.dispatch_seq, ports=ports, is_draining=lambda: False
    )
    job.reload()
    return job


def test_an_import_over_broken_connections_ends_like_one_from_a_folder(
    job: ImportJob, ports: Ports, storage: FakeStorage, export: Path
) -> None:
    undisturbed = whole_import(export, user_id=uuid.uuid4())
    # Richness looks at the age of a conversation when its import was asked for.
    ImportJob.objects.filter(id=job.id).update(created_at=undisturbed.created_at)
    storage.hold(job.storage_path, export.read_bytes())
    storage.fail(
        error_answer(503, stated="503", error="unavailable", on="info"),
        Fault("cut", at=100),
        Fault("reset", at=2_000),
        Fault("gzip"),
        Fault("short", at=9),
        Fault("misplaced", at=3),
    )

    work(job, ports)

    assert len(storage.reads()) > 5
    assert (job.status, job.failures) == (Status.COMPLETE, 0)
    assert dump(job.user_id) == dump(undisturbed.user_id)


def test_a_store_that_is_down_is_waited_for(
    job: ImportJob, ports: Ports, storage: FakeStorage, export: Path
) -> None:
    storage.hold(job.storage_path, export.read_bytes())
    storage.fail(
        error_answer(
            503, stated="503", error="x", on="info", headers={"Retry-After": "120"}
        )
    )

    work(job, ports)

    assert (job.status, job.error_code) == (Status.QUEUED, "storage_unavailable")
    assert (job.next_attempt_at - job.queued_at).total_seconds() >= 120
    assert job.log.get(kind=StageLog.Kind.STAGE).outcome == StageLog.Outcome.WAITING


@pytest.mark.parametrize(
    ("fault", "code", "is_retryable"),
    [
        (
            error_answer(400, stated="404", error="x", on="info", times=2),
            "file_missing",
            False,
        ),
        (error_answer(400, stated="403", error="x", on="info"), "storage_auth", True),
        (error_answer(413, stated="413", error="x", on="info"), "storage_rejected", False),
        (Fault("answer", on="info", status=302), "storage_rejected", False),
    ],
)
def test_what_no_waiting_mends_fails_at_once(
    job: ImportJob,
    ports: Ports,
    storage: FakeStorage,
    fault: Fault,
    code: str,
    is_retryable: bool,
) -> None:
    storage.hold(job.storage_path, b"[]")
    storage.fail(fault)

    work(job, ports)

    assert (job.status, job.error_code) == (Status.FAILED, code)
    assert job.error_is_retryable is is_retryable
    assert "storage" not in f"{job.error_title} {job.error_detail}".lower()
