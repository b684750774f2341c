"""A paid model that misbehaves, a worker that dies while it asks, a store that breaks off."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from imports import erase, intake
from imports.models import Erasure, ImportJob, ModelCall, Soulprint, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring
from tests.canonical import dump
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import answers, is_spool_empty
from tests.fakes.models import ModelServer, model_server
from tests.fakes.replies import (
    Reply,
    foreign,
    html,
    overloaded,
    refusal,
    reset,
    saying,
    slow,
    throttled,
)
from tests.fakes.storage import KEY, FakeStorage
from tests.fakes.storage_faults import Fault, error_answer
from tests.hosts import Host, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(240),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
DEATHS = 3


@pytest.fixture
def models() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    write_export(tmp_path / "export.zip", seed=51, conversations=120, zipped=True)
    return (tmp_path / "export.zip").read_bytes()


@pytest.fixture
def host(models: ModelServer, start_host: StartHost) -> Host:
    return start_host(
        LLM="anthropic",
        ANTHROPIC_API_KEY="sk-made-up",
        ANTHROPIC_BASE_URL=models.url,
        LEASE_SECONDS="4",
    )


def _bring(content: bytes, *others: ImportJob) -> ImportJob:
    return _as_old_as(others, bring(content, user_id=uuid.uuid4()))


def _hold(storage: FakeStorage, content: bytes, *others: ImportJob) -> ImportJob:
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    storage.hold(path, content)
    return _as_old_as(
        others, intake.start(user_id=user_id, storage_path=path, requested_by="test")
    )


def _as_old_as(others: tuple[ImportJob, ...], job: ImportJob) -> ImportJob:
    # Richness looks at the age of a conversation when its import was asked for.
    for other in others:
        ImportJob.objects.filter(id=job.id).update(created_at=other.created_at)
    return job


def _ended(job: ImportJob) -> bool:
    job.reload()
    return not job.is_active


@pytest.mark.parametrize(
    "faults",
    [
        [throttled("1")] * 3,
        [throttled("40")],
        [overloaded()] * 12,
        [reset()] * 3,
        [html()] * 2,
        [slow(20)],
    ],
    ids=["429", "429-long", "529", "reset", "html", "slow"],
)
def test_a_model_that_recovers_leaves_no_trace(
    faults: list[Reply], models: ModelServer, host: Host, content: bytes, say: Say
) -> None:
    quiet = _bring(content)
    until(lambda: _ended(quiet), seconds=90)

    models.plan(*faults)
    job = _bring(content, quiet)
    seconds = until(lambda: _ended(job), seconds=150)

    say(f"{seconds:.0f} s, {job.attempt} attempts, {job.model_calls} calls")
    assert (job.status, job.error_code) == (Status.COMPLETE, "")
    assert dump(job.user_id) == dump(quiet.user_id)
    assert answers(job.user_id) == answers(quiet.user_id) > 0


@pytest.mark.parametrize(
    ("fault", "first_engine"),
    [
        (foreign(), "anthropic"),
        (saying('{"nothing": "of what was asked"}'), "anthropic"),
        (refusal(), "local"),
    ],
    ids=["foreign", "other-schema", "refusal"],
)
def test_answers_that_are_none_do_not_keep_an_import_from_its_end(
    fault: Reply,
    first_engine: str,
    models: ModelServer,
    host: Host,
    content: bytes,
    say: Say,
) -> None:
    models.plan(*[fault] * 2)

    job = _bring(content)
    seconds = until(lambda: _ended(job), seconds=150)

    say(f"{seconds:.0f} s: {job.status} {job.error_code}, {job.model_calls} calls")
    assert (job.status, job.error_code, job.crashes) == (Status.COMPLETE, "", 0)
    first = Soulprint.objects.filter(user_id=job.user_id).earliest("created_at")
    assert first.engine.startswith(first_engine)


@pytest.mark.parametrize("with_group", [False, True], ids=["worker", "cluster"])
def test_killed_workers_pay_for_nothing_twice(
    with_group: bool, models: ModelServer, host: Host, content: bytes, say: Say
) -> None:
    quiet = _bring(content)
    until(lambda: _ended(quiet), seconds=90)
    models.received.clear()
    models.usages.clear()
    models.delay_seconds = 0.5

    job = _bring(content, quiet)
    deaths = 0
    while deaths < DEATHS and not _ended(job):
        # Between two deaths it gets somewhere, or it would be poison.
        stored = answers(job.user_id)
        until(lambda seen=stored: answers(job.user_id) > seen + 2 or _ended(job))  # type: ignore[misc]
        deaths += _kill_busy(host, with_group=with_group)
    until(lambda: _ended(job), seconds=150)

    asked = Counter(each.raw for each in models.received)
    say(f"{deaths} deaths, {len(models.received)} requests, {job.attempt} attempts")
    assert deaths > 0
    assert set(asked.values()) == {1}
    assert len(models.usages) == job.model_calls
    assert job.spent_microdollars == sum(
        usage["input_tokens"] + 5 * usage["output_tokens"] for usage in models.usages
    )
    assert answers(job.user_id) == answers(quiet.user_id)
    assert dump(job.user_id) == dump(quiet.user_id)
    assert not ModelCall.objects.filter(outcome=ModelCall.Outcome.RESERVED).exists()


def test_a_host_that_is_stopped_keeps_what_is_under_way_and_leaves_no_process(
    models: ModelServer, host: Host, content: bytes, start_host: StartHost, say: Say
) -> None:
    models.delay_seconds = 14  # longer than a worker waits before it puts its job back
    job = _bring(content)
    until(lambda: models.in_flight)
    host.family()

    began = time.monotonic()
    code = host.terminate()
    took = time.monotonic() - began
    until(lambda: not host.left(), seconds=2)

    say(f"stopped after {took:.1f} s, the last process {time.monotonic() - began:.1f} s")
    assert code == 0
    # A container ends with this process, and nothing in it goes on.
    assert models.in_flight == 0
    assert len(models.usages) == 1
    assert ModelCall.objects.exclude(parcel=None).count() == 1
    models.delay_seconds = 0
    start_host(
        LLM="anthropic", ANTHROPIC_API_KEY="sk-made-up", ANTHROPIC_BASE_URL=models.url
    )
    until(lambda: _ended(job), seconds=90)
    assert job.status == Status.COMPLETE
    assert len(models.usages) == job.model_calls


def test_a_courier_that_is_killed_costs_what_it_carried_and_nothing_else(
    models: ModelServer, host: Host, content: bytes, say: Say
) -> None:
    models.delay_seconds = 0.5
    job = _bring(content)
    until(lambda: models.in_flight >= 2)

    carried = models.in_flight
    for courier in host.couriers():
        courier.kill()
    until(lambda: _ended(job), seconds=90)

    asked = Counter(each.raw for each in models.received)
    lost = ModelCall.objects.filter(job=job, outcome=ModelCall.Outcome.UNKNOWN)
    say(f"{carried} carried, {lost.count()} lost, {job.attempt} attempts")
    assert (job.status, job.error_code) == (Status.COMPLETE, "")
    assert sum(asked.values()) - len(asked) == lost.count() <= carried
    # They may have been served: their estimates stay on the bill.
    assert job.spent_microdollars >= sum(
        usage["input_tokens"] + 5 * usage["output_tokens"] for usage in models.usages
    )


def test_an_answer_that_comes_after_an_erasure_leaves_nothing(
    models: ModelServer, host: Host, content: bytes
) -> None:
    models.delay_seconds = 5
    job = _bring(content)
    until(lambda: models.in_flight)

    erase.request(job.user_id, requested_by="test")
    until(lambda: not Erasure.objects.exists(), seconds=20)
    until(lambda: models.in_flight == 0)

    assert len(models.usages) == 1
    assert not ModelCall.objects.exists()
    assert not ImportJob.objects.exists()


def test_a_store_that_breaks_off_leaves_no_trace(
    house: Path, content: bytes, start_host: StartHost, say: Say
) -> None:
    with FakeStorage() as storage:
        host = start_host(
            SUPABASE_URL=storage.url.removesuffix("/storage/v1"), SUPABASE_SERVICE_KEY=KEY
        )
        quiet = _hold(storage, content)
        until(lambda: _ended(quiet), seconds=90)
        storage.fail(
            error_answer(503, stated="503", error="unavailable", on="info", times=2),
            Fault("cut", at=1_000),
            Fault("reset", at=70_000),
            Fault("short", at=9),
            Fault("flip", at=300_000),
        )

        job = _hold(storage, content, quiet)
        seconds = until(lambda: _ended(job), seconds=150)

        say(f"{seconds:.0f} s, {job.attempt} attempts, {len(storage.reads())} reads")
        assert (job.status, job.error_code) == (Status.COMPLETE, "")
        assert dump(job.user_id) == dump(quiet.user_id)
        until(lambda: is_spool_empty(host), seconds=20)
        host.end()


def _kill_busy(host: Host, *, with_group: bool) -> bool:
    busy = host.roles().get("busy")
    if busy is None:
        return False
    if with_group:
        os.killpg(os.getpgid(busy.pid), signal.SIGKILL)
    else:
        busy.kill()
    psutil.wait_procs([busy], timeout=1)
    return True
