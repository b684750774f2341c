"""Whatever interrupts an import, it ends in the same rows as an undisturbed one."""

from __future__ import annotations

import uuid
from itertools import count
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from imports import intake
from imports.models import ImportJob, StageLog, StageName, Status
from imports.pipeline import ingest
from imports.synthetic import write_export
from tests.acceptance.journeys import after, bring, whole_import, work, work_to_the_end
from tests.canonical import dump

# The heartbeat looks from a connection of its own: rows have to be committed.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    write_export(path, seed=12, conversations=25, zipped=True)
    return path


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 6)
    monkeypatch.setattr("imports.pipeline.embed.BATCH_HERE", 100)


def _work_into_ingest(job: ImportJob) -> None:
    """Interrupt the import when some of its conversations are stored, and more are not."""
    for steps in count(1):
        work(job, is_draining=after(steps))
        if job.conversations_found:
            return


def test_an_import_interrupted_over_and_over_ends_the_same(export: Path) -> None:
    undisturbed, disturbed = uuid.uuid4(), uuid.uuid4()
    whole_import(export, user_id=undisturbed)

    job = bring(export.read_bytes(), user_id=disturbed)
    broken_at: dict[str, int] = {}
    while job.is_active:
        # Each stage is broken at its first yield, then at its second, until it gets through.
        broken_at[job.stage] = broken_at.get(job.stage, 0) + 1
        work(job, is_draining=after(broken_at[job.stage]))

    assert job.status == Status.COMPLETE
    assert sum(broken_at.values()) > len(StageName) * 3
    assert dump(disturbed) == dump(undisturbed)


def test_an_import_whose_spool_is_on_another_machine_ends_the_same(
    export: Path, settings: Settings, tmp_path: Path
) -> None:
    undisturbed, moved = uuid.uuid4(), uuid.uuid4()
    whole_import(export, user_id=undisturbed)
    job = bring(export.read_bytes(), user_id=moved)
    _work_into_ingest(job)

    settings.SPOOL_DIR = tmp_path / "another machine"
    work_to_the_end(job)

    assert job.status == Status.COMPLETE
    assert dump(moved) == dump(undisturbed)


def test_a_slice_that_is_over_lets_others_in_and_is_no_failure(
    export: Path, settings: Settings
) -> None:
    settings.SLICE_SECONDS = 0
    job = bring(export.read_bytes(), user_id=uuid.uuid4())

    work(job)

    assert (job.status, job.failures, job.error_code) == (Status.QUEUED, 0, "")
    assert job.dispatched_at is not None
    assert StageLog.objects.get(job=job, kind="stage").outcome == StageLog.Outcome.SLICE


def test_a_cancel_takes_effect_at_the_next_step_and_keeps_what_is_stored(
    export: Path,
) -> None:
    job = bring(export.read_bytes(), user_id=uuid.uuid4())
    _work_into_ingest(job)
    ImportJob.objects.filter(id=job.id).update(cancel_requested_by="ada")

    intake.cancel(job.id, actor="ada", reason="wrong file")
    stored = job.conversations_found
    job.reload()

    assert job.status == Status.CANCELLED
    assert job.conversations_found == stored > 0


def test_a_cancelled_import_can_be_taken_up_again(export: Path) -> None:
    undisturbed, resumed = uuid.uuid4(), uuid.uuid4()
    whole_import(export, user_id=undisturbed)
    job = bring(export.read_bytes(), user_id=resumed)
    work(job, is_draining=after(1))
    intake.cancel(job.id, actor="ada", reason="")

    intake.retry(job.id, from_stage=None, actor="ada", reason="")
    work_to_the_end(job)

    assert dump(resumed) == dump(undisturbed)
