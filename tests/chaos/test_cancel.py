"""A cancel takes effect within 10 s, wherever the import is; afterwards nothing is written."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from imports import intake
from imports.models import ImportJob, ModelCall, StageName, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring, work_to_the_end
from tests.canonical import dump
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import is_spool_empty
from tests.fakes.models import model_server
from tests.fakes.replies import slow
from tests.fakes.storage import KEY, FakeStorage
from tests.fakes.storage_faults import Fault
from tests.hosts import until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(120),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
PROMISED_SECONDS = 10


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    write_export(tmp_path / "export.zip", seed=61, conversations=60, zipped=True)
    return (tmp_path / "export.zip").read_bytes()


def _is(status: Status, job: ImportJob) -> bool:
    job.reload()
    return job.status == status


def _cancel(job: ImportJob) -> float:
    intake.cancel(job.id, actor="ada", reason="")
    return until(lambda: _is(Status.CANCELLED, job), seconds=PROMISED_SECONDS)


def _is_in(stage: StageName, job: ImportJob) -> bool:
    job.reload()
    return job.status == Status.RUNNING and job.stage == stage


@pytest.mark.parametrize("stage", list(StageName))
def test_a_stage_that_hangs_is_cancelled(
    stage: StageName, content: bytes, start_host: StartHost, say: Say
) -> None:
    number = list(StageName).index(stage) + 1
    host = start_host(FAULT=f"stage.opened:{number}:sleep", WORKERS="1", SLICE_SECONDS="60")
    job = bring(content, user_id=uuid.uuid4())
    until(lambda: _is_in(stage, job))

    seconds = _cancel(job)
    stored = dump(job.user_id)
    time.sleep(2)

    say(f"cancelled in {stage} after {seconds:.1f} s")
    assert dump(job.user_id) == stored
    assert not ImportJob.objects.active().exists()
    until(lambda: is_spool_empty(host), seconds=20)


def test_a_download_that_stalls_is_cancelled(
    content: bytes, start_host: StartHost, say: Say
) -> None:
    with FakeStorage() as storage:
        host = start_host(
            SUPABASE_URL=storage.url.removesuffix("/storage/v1"), SUPABASE_SERVICE_KEY=KEY
        )
        user_id = uuid.uuid4()
        path = f"imports/{user_id}/export.zip"
        storage.hold(path, content)
        storage.fail(Fault("stall", at=1_000, times=20))
        job = intake.start(user_id=user_id, storage_path=path, requested_by="test")
        until(lambda: _is_in(StageName.DOWNLOAD, job) and storage.requests)
        time.sleep(1)

        seconds = _cancel(job)

        say(f"cancelled in a stalled download after {seconds:.1f} s")
        requests = _asked_for_it(storage)
        time.sleep(2)
        assert 0 < _asked_for_it(storage) == requests
        host.end()


def _asked_for_it(storage: FakeStorage) -> int:
    """Count what was asked of the object: the same address is shown states of the import, too."""
    return sum("export.zip" in each.target for each in storage.requests)


def test_a_call_to_a_model_is_cancelled_and_no_other_one_is_made(
    content: bytes, start_host: StartHost, say: Say
) -> None:
    with model_server() as models:
        models.plan(*[slow(20)] * 50)
        host = start_host(
            LLM="anthropic", ANTHROPIC_API_KEY="sk-made-up", ANTHROPIC_BASE_URL=models.url
        )
        job = bring(content, user_id=uuid.uuid4())
        until(lambda: models.received)

        seconds = _cancel(job)

        say(f"cancelled in a call to a model after {seconds:.1f} s")
        asked, calls = len(models.received), ModelCall.objects.count()
        time.sleep(3)
        assert (len(models.received), ModelCall.objects.count()) == (asked, calls)
        host.end()


def test_what_was_cancelled_can_be_taken_up_again(
    content: bytes, start_host: StartHost
) -> None:
    quiet = work_to_the_end(bring(content, user_id=uuid.uuid4()))
    start_host(FAULT="stage.opened:4:sleep", WORKERS="1", SLICE_SECONDS="60")
    job = bring(content, user_id=uuid.uuid4())
    ImportJob.objects.filter(id=job.id).update(created_at=quiet.created_at)
    until(lambda: _is_in(StageName.EMBED, job))
    _cancel(job)

    intake.retry(job.id, from_stage=None, actor="ada", reason="")
    until(lambda: _is(Status.COMPLETE, job))

    assert dump(job.user_id) == dump(quiet.user_id)
