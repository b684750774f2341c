"""What the runner makes of the ways in which a stage can end, or not end."""

from __future__ import annotations

import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import intake, pipeline, runner, shutdown
from imports.errors import PermanentFailure, TransientFailure
from imports.models import ImportJob, Pause, StageLog, StageName, Status
from imports.ports import Ports, Progress
from imports.runner import backoff, memory, watch
from imports.runner.heartbeat import Heartbeat
from tests.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)

Script = Callable[[ImportJob], Iterator[Progress]]


DIARY = "dear " + "diary"


class NotOurs(Exception):
    """What a library raises."""


@pytest.fixture
def last_stage(monkeypatch: pytest.MonkeyPatch) -> Callable[[Script], None]:
    """Let a script stand in for the last stage."""

    def play(script: Script) -> None:
        def run(self: pipeline.Stage) -> Callable[[ImportJob, Ports], Iterator[Progress]]:
            return lambda job, ports: script(job)

        monkeypatch.setattr(pipeline.Stage, "run", property(run))

    return play


def _rung(**fields: Any) -> ImportJob:
    job = intake.start(
        user_id=uuid.uuid4(), storage_path="imports/u/x.zip", requested_by="test"
    )
    ImportJob.objects.filter(id=job.id).update(stage=StageName.MEMORY, **fields)
    return job


def _run(job: ImportJob) -> ImportJob:
    ports: Any = None
    runner.run(job.id, dispatch_seq=1, ports=ports, is_draining=lambda: False)
    job.reload()
    return job


def _line(job: ImportJob) -> StageLog:
    return StageLog.objects.get(job=job, kind="stage")


def _step(job: ImportJob) -> Iterator[Progress]:
    yield Progress(done=1, total=2, unit="steps")


def test_what_an_earlier_attempt_has_done_is_no_progress_of_this_one(
    last_stage: Callable[[Script], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def resumed(job: ImportJob) -> Iterator[Progress]:
        yield Progress(done=0, total=1, unit="")
        yield Progress(done=1_200, total=3_000, unit="messages")
        raise NotOurs(DIARY)

    monkeypatch.setattr(watch, "CHECKPOINT_SECONDS", 0)
    last_stage(resumed)

    job = _run(_rung(crashes=2))

    assert job.crashes == 2


def test_a_stage_that_ends_completes_the_job(last_stage: Callable[[Script], None]) -> None:
    last_stage(_step)

    job = _run(_rung())

    assert (job.status, job.progress_percent) == (Status.COMPLETE, 100)
    assert (_line(job).outcome, _line(job).items_done) == ("done", 1)


def test_a_stage_that_was_paused_after_the_ring_does_not_begin(
    last_stage: Callable[[Script], None],
) -> None:
    last_stage(_step)
    job = _rung()
    Pause.objects.create(stage=StageName.MEMORY, reason="prompts change", paused_by="ada")

    held = _run(job)

    assert (held.status, held.stage, held.failures) == (Status.QUEUED, StageName.MEMORY, 0)
    assert not StageLog.objects.filter(job=job, kind="stage").exists()
    assert not ImportJob.objects.rung().exists()


def test_a_process_that_has_grown_leaves_the_next_stage_to_another(
    last_stage: Callable[[Script], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    last_stage(_step)
    job = _rung()
    ImportJob.objects.filter(id=job.id).update(stage=StageName.FACTS)
    monkeypatch.setattr(memory, "is_spent", lambda: True)

    left = _run(job)

    assert (left.status, left.stage, left.failures) == (Status.QUEUED, StageName.MEMORY, 0)
    assert (_line(job).stage, _line(job).outcome) == (StageName.FACTS, "done")
    assert ImportJob.objects.rung().exists()


def test_a_process_that_has_grown_still_does_what_it_was_rung_for(
    last_stage: Callable[[Script], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    last_stage(_step)
    monkeypatch.setattr(memory, "is_spent", lambda: True)

    assert _run(_rung()).status == Status.COMPLETE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how large we are")
@pytest.mark.parametrize(
    ("limit", "pipe", "is_spent"), [(1, "3", True), (1, "", False), (0, "3", False)]
)
def test_only_a_process_of_a_cluster_with_a_limit_is_ever_spent(
    limit: int, pipe: str, is_spent: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SPENT_PROCESS_MB = limit
    monkeypatch.setenv(shutdown.VARIABLE, pipe)

    assert memory.is_spent() is is_spent


def test_a_permanent_failure_fails_at_once_with_its_code(
    last_stage: Callable[[Script], None],
) -> None:
    def broken(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        raise PermanentFailure("Export it again.")

    last_stage(broken)

    job = _run(_rung())

    assert (job.status, job.error_code, job.error_detail) == (
        Status.FAILED,
        "permanent_failure",
        "Export it again.",
    )
    assert _line(job).outcome == "failed"


def test_a_transient_failure_waits_as_long_as_it_was_asked_to(
    last_stage: Callable[[Script], None],
) -> None:
    def busy(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        raise TransientFailure(retry_after_seconds=300)

    last_stage(busy)

    job = _run(_rung())

    assert (job.status, job.failures) == (Status.QUEUED, 1)
    assert job.next_attempt_at is not None
    assert 295 < (job.next_attempt_at - job.updated_at).total_seconds() < 310


def test_the_last_of_many_transient_failures_fails_the_job(
    last_stage: Callable[[Script], None],
) -> None:
    def busy(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        raise TransientFailure

    last_stage(busy)

    job = _run(_rung(failures=backoff.TRANSIENT_FAILURES - 1))

    assert (job.status, job.error_code) == (Status.FAILED, "temporarily_unavailable")


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_goes_away_is_waited_for_and_is_no_bug(
    last_stage: Callable[[Script], None], error: type[Exception]
) -> None:
    def cut_off(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        raise error(DIARY)

    last_stage(cut_off)

    job = _run(_rung(failures=backoff.BUGS))

    assert (job.status, job.error_code) == (Status.QUEUED, "database_away")
    assert error.__name__ in _line(job).traceback
    assert DIARY not in _line(job).traceback


def test_a_foreign_exception_leaves_no_word_of_its_own_anywhere(
    last_stage: Callable[[Script], None], caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        raise NotOurs(DIARY)

    last_stage(buggy)

    job = _run(_rung())

    assert (job.status, job.error_code) == (Status.QUEUED, "internal_error")
    assert "NotOurs" in _line(job).traceback
    assert DIARY not in _line(job).traceback + caplog.text


def test_a_cancel_reaches_a_stage_in_the_middle_of_a_long_call(
    last_stage: Callable[[Script], None],
) -> None:
    def stuck(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        ImportJob.objects.filter(id=job.id).update(cancel_requested_at=Now())
        time.sleep(60)

    last_stage(stuck)
    began = time.monotonic()

    job = _run(_rung())

    assert job.status == Status.CANCELLED
    assert job.cancel_requested_at <= job.cancel_seen_at < job.finished_at
    assert time.monotonic() - began < 10


def test_a_shutdown_reaches_a_stage_in_the_middle_of_a_long_call(
    last_stage: Callable[[Script], None],
) -> None:
    drains: list[bool] = []

    def stuck(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        drains.append(True)
        time.sleep(60)

    last_stage(stuck)
    job = _rung()
    ports: Any = None

    runner.run(job.id, dispatch_seq=1, ports=ports, is_draining=lambda: bool(drains))

    job.reload()
    assert (job.status, job.failures, _line(job).outcome) == (Status.QUEUED, 0, "drained")


def test_a_shutdown_does_not_wait_for_as_long_as_the_end_of_a_slice(
    last_stage: Callable[[Script], None],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    drains: list[bool] = []

    def asking(job: ImportJob) -> Iterator[Progress]:
        yield Progress(done=0, total=2, unit="calls", in_flight=1)  # the slice is over
        drains.append(True)
        yield Progress(done=0, total=2, unit="calls", in_flight=1)

    settings.SLICE_SECONDS = 0
    monkeypatch.setattr(watch, "DRAIN_GRACE_SECONDS", 0)
    last_stage(asking)
    job = _rung()
    ports: Any = None

    runner.run(job.id, dispatch_seq=1, ports=ports, is_draining=lambda: bool(drains))

    assert _line(job).outcome == StageLog.Outcome.DRAINED


def test_an_interruption_that_comes_when_the_stage_has_just_ended_ends_nothing() -> None:
    heartbeat = Heartbeat(make_job(), is_draining=lambda: False)

    with heartbeat.interrupting():
        pass

    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN


def test_a_worker_that_lost_its_job_leaves_it_alone(
    last_stage: Callable[[Script], None],
) -> None:
    def overtaken(job: ImportJob) -> Iterator[Progress]:
        yield from _step(job)
        ImportJob.objects.filter(id=job.id).update(attempt=5)
        with job.writing():
            pytest.fail("nothing may be written")

    last_stage(overtaken)

    job = _run(_rung())

    assert (job.status, job.attempt) == (Status.RUNNING, 5)


def test_a_stale_ring_does_nothing(last_stage: Callable[[Script], None]) -> None:
    last_stage(_step)
    job = _rung(dispatch_seq=4)

    _run(job)

    assert (job.status, job.attempt) == (Status.QUEUED, 0)


@pytest.mark.parametrize(("failures", "most"), [(0, 2), (3, 16), (30, 600)])
def test_the_wait_grows_and_is_spread(failures: int, most: float) -> None:
    waits = [backoff.delay(failures, NotOurs()).total_seconds() for _ in range(200)]

    assert max(waits) <= most
    assert max(waits) - min(waits) > most / 3
