"""The row of a call, as couriers share it: what is kept, what is never sent twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from imports.adapters.claude import ClaudeModel
from imports.adapters.claude.failures import (
    ModelAnswerLost,
    ModelUnavailable,
)
from imports.adapters.courier import Courier, shelf
from imports.adapters.courier.shelf import Standing
from imports.errors import Failure
from imports.models import ImportJob, ModelCall
from imports.wiring import Wired
from tests.fakes import replies
from tests.fakes.models import ModelServer
from tests.hosts import until
from tests.integration.adapters.carried import (
    ask,
    asking,
    call,
    make_courier,
    model,
    standing,
)
from tests.integration.adapters.test_language_models import make_model

__all__ = ["call", "make_courier", "model"]

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.mark.parametrize("fault", [replies.slow(1), replies.broken_off()])
def test_what_was_sent_and_never_came_may_be_billed_and_is_lost(
    fault: replies.Reply,
    call: ModelCall,
    models: ModelServer,
    make_courier: Callable[[], Courier],
) -> None:
    model = make_model("anthropic", models, courier=make_courier(), timeout_seconds=0.3)
    models.plan(fault)

    for _ in range(2):
        with pytest.raises(ModelAnswerLost):
            ask(model, call)

    assert len(models.received) == 1


def test_a_courier_that_comes_back_twice_does_not_open_what_another_carries(
    call: ModelCall,
) -> None:
    database = Wired().courier.database

    def claim(carrier: str) -> Standing | bytes:
        return shelf.claim(database, call.id, carrier=carrier, refused="", within_seconds=9)

    def bring(carrier: str) -> None:
        shelf.bring(database, call.id, carrier=carrier, parcel=None, is_lost=False)

    claim("first")
    bring("first")
    claim("second")
    bring("first")

    assert claim("third") is Standing.UNDER_WAY
    bring("second")
    assert claim("third") is Standing.MINE


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
