"""The ledger: every answer is paid for once, and the sums are right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from imports.adapters.claude.failures import ModelAnswerLost
from imports.errors import LostLease, PermanentFailure, TransientFailure
from imports.models import ImportJob, ModelCall, StageName
from imports.pipeline.ledger import Answered, Question, ask_all
from imports.pipeline.ledger.books import Books, estimated_cost, estimated_tokens
from imports.ports import FactsMaterial, ModelRequest, Price
from tests.integration.pipeline.scripted import (
    PRICE,
    ScriptedModel,
    ScriptedPorts,
    answer,
    make_running_job,
    replies,
)

pytestmark = pytest.mark.django_db


def request(prompt: str = "what do you see?", *, max_tokens: int = 100) -> ModelRequest:
    return ModelRequest(
        purpose="facts",
        prompt_version="facts-1",
        system="be brief",
        prompt=prompt,
        schema={"type": "object"},
        max_tokens=max_tokens,
        material=FactsMaterial(messages=()),
    )


def ask(job: ImportJob, model: ScriptedModel, *prompts: str) -> Iterator[Any]:
    questions = [Question(key=prompt, request=request(prompt)) for prompt in prompts]
    return ask_all(job, ScriptedPorts(model), questions, stage=StageName.FACTS)


def answered(events: Iterator[Any]) -> dict[str, Answered[str]]:
    return {event.key: event for event in events if isinstance(event, Answered)}


@pytest.fixture
def job() -> ImportJob:
    return make_running_job(StageName.FACTS)


def test_an_answer_is_stored_with_its_usage_and_its_real_cost(job: ImportJob) -> None:
    model = ScriptedModel(replies(answer("{}", tokens=(1_000, 200))))

    answered(ask(job, model, "a"))

    call = ModelCall.objects.get()
    job.reload()
    assert call.outcome == "done"
    assert call.response == "{}"
    assert call.microdollars == 1_000 + 5 * 200
    assert job.spent_microdollars == call.microdollars
    assert job.model_calls == 1


def test_a_stored_answer_is_never_asked_again(job: ImportJob) -> None:
    answered(ask(job, ScriptedModel(replies(answer("first"))), "a"))
    silent = ScriptedModel(replies())

    events = answered(ask(job, silent, "a"))

    assert events["a"].answer is not None
    assert events["a"].answer.text == "first"
    assert silent.asked == []


def test_the_next_import_of_a_person_uses_the_answers_of_the_one_before(
    job: ImportJob,
) -> None:
    answered(ask(job, ScriptedModel(replies(answer("first"))), "a"))
    ImportJob.objects.filter(id=job.id).update(
        status="COMPLETE", lease_expires_at=None, finished_at="2026-01-01T00:00Z"
    )
    again = make_running_job(StageName.FACTS, user_id=job.user_id)

    events = answered(ask(again, ScriptedModel(replies()), "a"))

    assert events["a"].answer is not None
    again.reload()
    assert again.spent_microdollars == 0


def test_the_answer_of_one_person_is_not_given_to_another(job: ImportJob) -> None:
    answered(ask(job, ScriptedModel(replies(answer("mine"))), "a"))
    other = ScriptedModel(replies(answer("theirs")))

    events = answered(ask(make_running_job(StageName.FACTS), other, "a"))

    assert events["a"].answer is not None
    assert events["a"].answer.text == "theirs"


def test_another_model_is_another_question(job: ImportJob) -> None:
    answered(ask(job, ScriptedModel(replies(answer("old"))), "a"))

    events = answered(
        ask(job, ScriptedModel(replies(answer("new")), model="scripted-2"), "a")
    )

    assert events["a"].answer is not None
    assert events["a"].answer.text == "new"


def test_the_same_question_twice_at_once_is_sent_once(job: ImportJob) -> None:
    model = ScriptedModel(lambda _: answer("{}"))

    events = [e for e in ask(job, model, "a", "a", "a") if isinstance(e, Answered)]

    assert len(events) == 3
    assert len(model.asked) == 1


def test_a_call_that_would_pass_the_budget_is_not_made() -> None:
    cost = estimated_cost(request("a"), PRICE)
    job = make_running_job(StageName.FACTS, budget_microdollars=cost - 1)
    model = ScriptedModel(replies())

    events = answered(ask(job, model, "a"))

    job.reload()
    assert events["a"].answer is None
    assert model.asked == []
    assert job.spent_microdollars == 0


def test_what_an_estimate_held_back_is_spent_on_the_next_call() -> None:
    cost = estimated_cost(request("a"), PRICE)
    job = make_running_job(StageName.FACTS, budget_microdollars=cost + 1)
    model = ScriptedModel(lambda _: answer("{}", tokens=(1, 0)))

    events = answered(ask(job, model, "a", "b"))

    assert all(event.answer for event in events.values())


def test_the_number_of_calls_is_limited(job: ImportJob, settings: Any) -> None:
    settings.IMPORT_MAX_CALLS = 2
    model = ScriptedModel(lambda _: answer("{}"))

    events = answered(ask(job, model, "a", "b", "c"))

    assert sum(event.answer is not None for event in events.values()) == 2
    assert len(model.asked) == 2


def test_an_engine_without_a_price_has_no_limits_and_is_checkpointed_all_the_same(
    settings: Any,
) -> None:
    settings.IMPORT_MAX_CALLS = 1
    job = make_running_job(StageName.FACTS, budget_microdollars=0)
    free = ScriptedModel(lambda _: answer("{}"), price=Price(input=0, output=0))

    events = answered(ask(job, free, "a", "b"))

    assert all(event.answer for event in events.values())
    assert ModelCall.objects.filter(outcome="done", microdollars=0).count() == 2


def test_an_engine_that_computes_here_is_asked_in_order_and_not_in_the_books(
    job: ImportJob,
) -> None:
    here = ScriptedModel(replies(answer("1"), answer("2")), engine="local")

    events = answered(ask(job, here, "a", "b"))

    assert [event.answer and event.answer.text for event in events.values()] == ["1", "2"]
    assert not ModelCall.objects.exists()


def test_a_failed_call_gives_its_estimate_back(job: ImportJob) -> None:
    model = ScriptedModel(replies(TransientFailure("busy")))

    with pytest.raises(TransientFailure):
        answered(ask(job, model, "a"))

    job.reload()
    assert job.spent_microdollars == 0
    assert ModelCall.objects.get().outcome == "failed"


def test_answers_that_are_under_way_are_kept_when_another_call_fails(
    job: ImportJob,
) -> None:
    def script(asked: ModelRequest) -> Any:
        return TransientFailure("busy") if asked.prompt == "a" else answer(asked.prompt)

    with pytest.raises(TransientFailure):
        answered(ask(job, ScriptedModel(script), "a", "b"))

    sent = ModelCall.objects.exclude(outcome="failed")
    assert {call.outcome for call in sent} <= {"done"}


def test_a_refusal_of_one_request_is_handed_back(job: ImportJob) -> None:
    class TooLarge(PermanentFailure):
        """Too large."""

        code = "prompt_too_long"

    def script(asked: ModelRequest) -> Any:
        return TooLarge() if asked.prompt == "a" else answer("{}")

    model = ScriptedModel(script)

    events = answered(ask(job, model, "a", "b"))

    assert isinstance(events["a"].refusal, TooLarge)
    assert events["b"].answer is not None


def test_a_bug_of_an_adapter_is_raised_and_its_call_closed(job: ImportJob) -> None:
    with pytest.raises(ZeroDivisionError):
        answered(ask(job, ScriptedModel(replies(ZeroDivisionError())), "a"))

    assert ModelCall.objects.get().error_code == "internal_error"


def open_call(job: ImportJob, model: ScriptedModel, **fields: Any) -> ModelCall:
    """Leave a reservation behind, as an attempt does that is killed while it asks "a"."""
    books = Books(job=job, model=model, stage=StageName.FACTS)
    call = books.reserve(request("a"), books.hash_of(request("a")))
    assert call is not None
    ModelCall.objects.filter(id=call.id).update(**fields)
    return call


def test_a_reservation_that_a_dead_attempt_left_is_gone_on_with(job: ImportJob) -> None:
    model = ScriptedModel(lambda _: answer("{}", tokens=(10, 0)))
    left_open = open_call(job, model)

    answered(ask(job, model, "a", "b"))

    job.reload()
    left_open.refresh_from_db()
    assert left_open.outcome == "done"
    assert [each.ticket for each in model.asked if each.prompt == "a"] == [left_open.id]
    assert (job.spent_microdollars, job.model_calls) == (20, 2)


def test_a_call_that_was_answered_unseen_is_paid_by_the_import_that_sent_it(
    job: ImportJob,
) -> None:
    model = ScriptedModel(lambda _: answer("{}", tokens=(10, 0)))
    open_call(job, model, parcel=b"brought")
    ImportJob.objects.filter(id=job.id).update(
        status="FAILED", lease_expires_at=None, finished_at="2026-01-01T00:00Z"
    )
    again = make_running_job(StageName.FACTS, user_id=job.user_id)

    answered(ask(again, model, "a"))

    job.reload()
    again.reload()
    assert (job.spent_microdollars, again.spent_microdollars) == (10, 0)
    assert ModelCall.objects.get().parcel is None


def test_a_call_whose_courier_did_not_come_back_stays_on_the_bill_and_is_reserved_anew(
    job: ImportJob,
) -> None:
    model = ScriptedModel(lambda _: answer("{}", tokens=(10, 0)))
    lost = open_call(job, model, answer_due_at=Now() - timedelta(seconds=1))

    answered(ask(job, model, "a"))

    job.reload()
    lost.refresh_from_db()
    assert (lost.outcome, lost.microdollars) == ("unknown", lost.estimated_microdollars)
    assert job.spent_microdollars == lost.estimated_microdollars + 10
    assert job.model_calls == 2


def test_a_call_whose_answer_is_lost_while_we_wait_stays_on_the_bill(
    job: ImportJob,
) -> None:
    with pytest.raises(ModelAnswerLost):
        answered(ask(job, ScriptedModel(replies(ModelAnswerLost())), "a"))

    call = ModelCall.objects.get()
    job.reload()
    assert call.outcome == "unknown"
    assert job.spent_microdollars == call.microdollars == call.estimated_microdollars > 0


@pytest.mark.parametrize(
    "standing",
    [{"answer_due_at": Now() + timedelta(minutes=1)}, {"parcel": b"brought"}],
    ids=["under way", "brought"],
)
def test_a_call_that_a_courier_carries_is_not_given_up_because_we_failed(
    job: ImportJob, standing: dict[str, Any]
) -> None:
    model = ScriptedModel(replies(TransientFailure("no courier")))
    call = open_call(job, model, **standing)

    with pytest.raises(TransientFailure):
        answered(ask(job, model, "a"))

    call.refresh_from_db()
    job.reload()
    assert call.outcome == "reserved"
    assert job.spent_microdollars == call.estimated_microdollars


def test_what_was_left_by_a_cancelled_import_is_asked_anew(job: ImportJob) -> None:
    model = ScriptedModel(lambda _: answer("{}"))
    left_open = open_call(job, model)
    ImportJob.objects.filter(id=job.id).update(
        status="CANCELLED", lease_expires_at=None, finished_at="2026-01-01T00:00Z"
    )
    again = make_running_job(StageName.FACTS, user_id=job.user_id)

    answered(ask(again, model, "a"))

    left_open.refresh_from_db()
    assert left_open.outcome == "reserved"
    assert ModelCall.objects.filter(job=again, outcome="done").count() == 1


def test_a_worker_that_lost_its_lease_can_reserve_nothing(job: ImportJob) -> None:
    ImportJob.objects.filter(id=job.id).update(attempt=job.attempt + 1)

    with pytest.raises(LostLease):
        answered(ask(job, ScriptedModel(replies(answer("{}"))), "a"))

    assert not ModelCall.objects.exists()


def test_a_job_that_winds_down_sends_nothing_more(job: ImportJob) -> None:
    job.is_winding_down = True  # type: ignore[attr-defined]
    model = ScriptedModel(replies())

    with closing(ask(job, model, "a")) as events:
        first = next(events)

    assert first.in_flight == 0
    assert model.asked == []


def test_what_postgresql_cannot_hold_is_left_out_of_an_answer(job: ImportJob) -> None:
    answered(ask(job, ScriptedModel(replies(answer("a\0b\ud800c"))), "a"))

    assert ModelCall.objects.get().response == "ab?c"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("a" * 36, 10), ("我" * 15, 10), ("a" * 36 + "我" * 15, 20)],
)
def test_tokens_are_guessed_by_script(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens
