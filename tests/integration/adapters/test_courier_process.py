"""The courier's process: how it starts, what its death costs, how it ends."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable

import psutil
import pytest

from imports.adapters.claude import ClaudeModel
from imports.adapters.claude.failures import (
    ModelAnswerLost,
    ModelNotConfigured,
)
from imports.adapters.courier import Courier
from imports.models import ModelCall
from tests.fakes import replies
from tests.fakes.models import ModelServer
from tests.hosts import is_alive, until
from tests.integration.adapters.carried import (
    ask,
    asking,
    call,
    make_courier,
)
from tests.integration.adapters.test_language_models import make_model, make_request

__all__ = ["call", "make_courier"]

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_courier_that_nobody_holds_any_more_is_gone(models: ModelServer) -> None:
    courier = Courier("")
    make_model("anthropic", models, courier=courier).ask(make_request())
    process = psutil.Process(courier.pid)

    del courier
    gc.collect()

    assert not is_alive(process)
