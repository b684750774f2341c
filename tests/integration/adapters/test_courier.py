"""The courier: what it keeps when nobody takes it, what it never sends twice, how it ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psutil
import pytest
from django.db.models.functions import Now

from imports.adapters.claude import ClaudeModel
from imports.adapters.claude.failures import (
    ModelAnswerLost,
    ModelNotConfigured,
    ModelUnavailable,
)
from imports.adapters.courier import Courier, shelf
from imports.adapters.courier.shelf import Standing
from imports.errors import Failure
from imports.models import ImportJob, ModelCall, StageName
from imports.ports import ModelAnswer
from imports.wiring import Wired
from tests.fakes import replies
from tests.fakes.models import ModelServer
from tests.hosts import is_alive, until
from tests.integration.adapters.test_language_models import make_model, make_request
from tests.integration.pipeline.scripted import make_running_job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make_courier() -> Iterator[Callable[[], Courier]]:
    """Hire couriers as the wiring does, each for another worker."""
    hired: list[Courier] = []

    def hire() -> Courier:
        hired.append(Wired().courier)
        return hired[-1]

    yield hire
    for courier in hired:
        courier.end()


@pytest.fixture
def model(models: ModelServer, make_courier: Callable[[], Courier]) -> ClaudeModel:
    return make_model("anthropic", models, courier=make_courier())


@pytest.fixture
def call() -> ModelCall:
    """A call that was reserved, and not sent yet."""
    job = make_running_job(StageName.FACTS)
    return ModelCall.objects.create(user_id=job.user_id, job=job, stage=StageName.FACTS)


def ask(model: ClaudeModel, call: ModelCall) -> ModelAnswer:
    return model.ask(make_request(ticket=call.id))


def asking(model: ClaudeModel, call: ModelCall) -> tuple[threading.Thread, list[Any]]:
    """Ask in a thread; give it, and where its answer or its failure comes."""
    came: list[Any] = []

    def run() -> None:
        try:
            came.append(ask(model, call))
        except Failure as failure:
            came.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def standing(call: ModelCall) -> tuple[bool, bool]:
    """Tell whether a courier is under way with a call, and whether it has brought something."""
    call.refresh_from_db()
    return call.answer_due_at is not None, call.parcel is not None


def test_an_answer_lies_in_its_row_until_it_is_booked(
    model: ClaudeModel, call: ModelCall, models: ModelServer
) -> None:
    answer = ask(model, call)

    assert answer.input_tokens > 0
    assert standing(call) == (False, True)
    assert b"I live in Ghent" not in bytes(call.parcel or b"")
    assert b"sk-made-up" not in bytes(call.parcel or b"")


@pytest.mark.parametrize("engine", ["anthropic", "bedrock"])
def test_an_answer_that_was_brought_is_given_to_whoever_asks_next(
    engine: str,
    call: ModelCall,
    models: ModelServer,
    make_courier: Callable[[], Courier],
) -> None:
    first = ask(make_model(engine, models, courier=make_courier()), call)

    second = ask(make_model(engine, models, courier=make_courier()), call)

    assert second == first
    assert len(models.received) == 1


def test_of_many_couriers_at_once_one_sends(call: ModelCall) -> None:
    database = Wired().courier.database

    def claim(number: int) -> Standing | bytes:
        return shelf.claim(
            database, call.id, carrier=f"{number}", refused="", within_seconds=9
        )

    with ThreadPoolExecutor(12) as pool:
        standings = list(pool.map(claim, range(24)))

    assert standings.count(Standing.MINE) == 1
    assert standings.count(Standing.UNDER_WAY) == 23


def test_an_answer_that_is_under_way_is_waited_for_by_other_hosts(
    model: ClaudeModel,
    call: ModelCall,
    models: ModelServer,
    make_courier: Callable[[], Courier],
) -> None:
    models.plan(replies.slow(0.6))
    thread, came = asking(model, call)
    until(lambda: models.received)

    second = ask(make_model("anthropic", models, courier=make_courier()), call)

    thread.join()
    assert came == [second]
    assert len(models.received) == 1


def test_what_was_not_served_may_be_sent_by_anybody(
    model: ClaudeModel, call: ModelCall, models: ModelServer
) -> None:
    models.plan(*[replies.failed(500)] * 5)
    with pytest.raises(Failure):
        ask(model, call)
    assert standing(call) == (False, False)

    answer = ask(model, call)

    assert answer.stop_reason == "end"


@pytest.mark.parametrize("fault", [replies.html(), replies.foreign()])
def test_a_success_without_an_answer_is_thrown_away_by_whoever_read_it(
    fault: replies.Reply, model: ClaudeModel, call: ModelCall, models: ModelServer
) -> None:
    models.plan(fault)

    answer = ask(model, call)

    assert answer.stop_reason == "end"
    assert len(models.received) == 2


def test_a_call_whose_time_is_over_is_lost_and_not_sent_again(
    model: ClaudeModel, call: ModelCall, models: ModelServer
) -> None:
    ModelCall.objects.update(answer_due_at=Now() - timedelta(seconds=1))

    with pytest.raises(ModelAnswerLost):
        ask(model, call)

    assert models.received == []


@pytest.mark.parametrize("end", ["cancelled", "wish", "closed", "erased"])
def test_a_call_that_nobody_wants_any_more_is_not_sent(
    end: str, model: ClaudeModel, call: ModelCall, models: ModelServer
) -> None:
    _withdraw(call, end)

    with pytest.raises(ModelUnavailable):
        ask(model, call)

    assert models.received == []


@pytest.mark.parametrize("end", ["cancelled", "erased"])
def test_what_comes_back_after_a_cancel_or_an_erasure_is_not_written(
    end: str, model: ClaudeModel, call: ModelCall, models: ModelServer
) -> None:
    models.plan(replies.slow(0.5))
    thread, _ = asking(model, call)
    until(lambda: models.received)

    _withdraw(call, end)
    thread.join()

    assert not ModelCall.objects.exclude(parcel=None).exists()
    assert not ModelCall.objects.filter(answer_due_at__gt=Now()).exists()


def _withdraw(call: ModelCall, end: str) -> None:
    job = ImportJob.objects.filter(id=call.job_id)
    match end:
        case "cancelled":
            job.update(status="CANCELLED", lease_expires_at=None, finished_at=Now())
        case "wish":
            job.update(cancel_requested_at=Now())
        case "closed":
            ModelCall.objects.update(outcome="failed")
        case _:
            ModelCall.objects.all().delete()


def test_a_courier_that_is_killed_costs_one_call_and_is_replaced(
    models: ModelServer, call: ModelCall, make_courier: Callable[[], Courier]
) -> None:
    courier = make_courier()
    model = make_model("anthropic", models, courier=courier)
    models.plan(replies.slow(2))
    thread, came = asking(model, call)
    until(lambda: models.received)

    os.kill(courier.pid or 0, signal.SIGKILL)
    thread.join(timeout=10)

    assert [type(each) for each in came] == [ModelAnswerLost]
    assert len(models.received) == 1
    ModelCall.objects.update(answer_due_at=None)
    assert ask(model, call).stop_reason == "end"


def test_a_courier_that_dies_idle_is_replaced_unnoticed(
    models: ModelServer, call: ModelCall, make_courier: Callable[[], Courier]
) -> None:
    courier = make_courier()
    model = make_model("anthropic", models, courier=courier)
    model.ask(make_request("something else"))
    process = psutil.Process(courier.pid)
    process.kill()
    until(lambda: not is_alive(process))

    answer = ask(model, call)

    assert answer.stop_reason == "end"
    assert len(models.received) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_courier_that_is_asked_to_stop_finishes_what_it_carries(
    number: int, models: ModelServer, call: ModelCall, make_courier: Callable[[], Courier]
) -> None:
    courier = make_courier()
    model = make_model("anthropic", models, courier=courier)
    models.plan(replies.slow(0.4))
    thread, came = asking(model, call)
    until(lambda: models.received)

    os.kill(courier.pid or 0, number)
    thread.join()

    assert came[0].stop_reason == "end"


def test_a_courier_without_errands_is_gone_at_once(
    models: ModelServer, make_courier: Callable[[], Courier]
) -> None:
    courier = make_courier()
    make_model("anthropic", models, courier=courier).ask(make_request())
    process = psutil.Process(courier.pid)
    began = time.monotonic()

    courier.end()

    assert not is_alive(process)
    assert time.monotonic() - began < 2


def test_a_courier_is_light_and_in_a_session_of_its_own(
    models: ModelServer, make_courier: Callable[[], Courier]
) -> None:
    courier = make_courier()
    make_model("anthropic", models, courier=courier).ask(make_request())
    pid = courier.pid or 0

    assert os.getsid(pid) == pid
    assert psutil.Process(pid).memory_info().rss < 60_000_000


def test_a_courier_goes_through_the_proxy_of_its_environment(
    models: ModelServer,
    make_courier: Callable[[], Courier],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", models.url)
    monkeypatch.setenv("NO_PROXY", "")
    model = ClaudeModel(
        engine="anthropic", base_url="http://far.away.test", courier=make_courier()
    )

    with pytest.raises(ModelNotConfigured):  # the fake is no proxy, and says 404
        model.ask(make_request())

    assert [each.path for each in models.received] == ["http://far.away.test/v1/messages"]


def test_no_courier_is_started_before_there_is_an_errand(
    make_courier: Callable[[], Courier],
) -> None:
    assert make_courier().pid is None
