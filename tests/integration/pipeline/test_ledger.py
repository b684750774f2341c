"""The ledger: every answer is paid for once, and the sums are right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from imports.errors import LostLease, PermanentFailure, TransientFailure
from imports.models import ImportJob, ModelCall, StageName
from imports.pipeline.ledger import Answered, Question, ask_all
from imports.pipeline.ledger.books import estimated_cost, estimated_tokens
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
    free = ScriptedModel(
        lambda _: answer("{}"), engine="local", price=Price(input=0, output=0)
    )

    events = answered(ask(job, free, "a", "b"))

    assert all(event.answer for event in events.values())
    assert ModelCall.objects.filter(outcome="done", microdollars=0).count() == 2


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

    model = ScriptedModel(replies(TooLarge(), answer("{}")), engine="local")

    events = answered(ask(job, model, "a", "b"))

    assert isinstance(events["a"].refusal, TooLarge)
    assert events["b"].answer is not None


def test_a_bug_of_an_adapter_is_raised_and_its_call_closed(job: ImportJob) -> None:
    with pytest.raises(ZeroDivisionError):
        answered(ask(job, ScriptedModel(replies(ZeroDivisionError())), "a"))

    assert ModelCall.objects.get().error_code == "internal_error"


def test_a_reservation_whose_attempt_ended_becomes_unknown_and_stays_on_the_bill(
    job: ImportJob,
) -> None:
    with closing(
        ask(job, ScriptedModel(lambda _: answer("{}"), engine="local"), "a", "b")
    ) as cut:
        next(cut)
        ModelCall.objects.update(outcome="reserved", microdollars=0)
    before = ImportJob.objects.get(id=job.id).spent_microdollars

    answered(ask(job, ScriptedModel(lambda _: answer("{}")), "c"))

    crashed = ModelCall.objects.filter(outcome="unknown")
    assert crashed.count() >= 1
    assert all(call.microdollars == call.estimated_microdollars for call in crashed)
    assert ImportJob.objects.get(id=job.id).spent_microdollars >= before


@pytest.mark.parametrize(("deaths", "most"), [(0, 8), (1, 4), (2, 2), (3, 1), (9, 1)])
def test_each_death_halves_what_may_be_lost_in_the_next(
    job: ImportJob, deaths: int, most: int
) -> None:
    for minute in range(deaths):
        for _ in range(3):
            lost = ModelCall.objects.create(
                user_id=job.user_id, job=job, stage=StageName.QUICK_PASS, outcome="unknown"
            )
            ModelCall.objects.filter(id=lost.id).update(
                finished_at=datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
            )
    gate = Barrier(most)

    def script(asked: ModelRequest) -> Any:
        gate.wait(timeout=5)  # breaks unless so many are under way at once
        return answer("{}")

    model = ScriptedModel(script)
    events = list(ask(job, model, *map(str, range(2 * most))))

    assert sum(isinstance(event, Answered) for event in events) == 2 * most
    assert max(event.in_flight for event in events) < most or most == 1


def test_a_reservation_of_an_earlier_stage_is_closed_as_well(job: ImportJob) -> None:
    call = ModelCall.objects.create(
        user_id=job.user_id,
        job=job,
        stage=StageName.QUICK_PASS,
        estimated_microdollars=70,
    )

    answered(ask(job, ScriptedModel(lambda _: answer("{}")), "a"))

    call.refresh_from_db()
    assert (call.outcome, call.microdollars) == ("unknown", 70)


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
