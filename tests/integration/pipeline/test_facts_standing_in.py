"""What the chosen model does not read is read by another, and every fact says by whom."""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from imports.adapters.local_analyst import LocalAnalyst
from imports.errors import PermanentFailure
from imports.models import Conversation, Fact, ImportJob, ModelCall, StageName
from imports.pipeline import facts
from imports.pipeline.facts import packs
from imports.ports import FactsMaterial, ModelAnswer, ModelRequest, Price
from tests.integration.pipeline.scripted import (
    START,
    ScriptedModel,
    ScriptedPorts,
    answer,
    make_conversation,
    make_running_job,
)

pytestmark = pytest.mark.django_db

TALKS = 8
LIKES = re.compile(r"I like (\w+)")


class Refused(PermanentFailure):
    """Refused."""

    code = "model_not_configured"


def likes(request: ModelRequest) -> ModelAnswer:
    """Find every "I like ..." there is."""
    assert isinstance(request.material, FactsMaterial)
    found = [
        {
            "c": "preference",
            "slot": "likes",
            "s": f"User likes {thing}",
            "v": thing,
            "m": [message.number],
            "q": f"I like {thing}",
        }
        for message in request.material.messages
        for thing in LIKES.findall(message.text)
    ]
    return answer(json.dumps({"facts": found}))


def free(model: Any = None) -> ScriptedModel:
    """Make the chosen model the one that works by rules."""
    rules = LocalAnalyst()
    return ScriptedModel(
        model or rules.ask,
        engine=rules.engine,
        model=rules.model,
        price=Price(input=0, output=0),
    )


def run(job: ImportJob, model: ScriptedModel) -> None:
    list(facts.run(job, ScriptedPorts(model)))
    job.reload()


def learned_by() -> Counter[str]:
    return Counter(Fact.objects.values_list("engine", flat=True))


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> ImportJob:
    monkeypatch.setattr(packs, "CONVERSATIONS", 2)
    job = make_running_job(StageName.FACTS)
    for number in range(TALKS):
        make_conversation(
            job,
            ("user", f"I like thing{number} a lot, what do you think of it?"),
            title=f"talk {number}",
            source_id=f"talk-{number}",
            at=START + timedelta(days=number),
            richness=float(number),
        )
    return job


def test_beyond_the_budget_the_stand_in_reads(job: ImportJob, settings: Any) -> None:
    settings.IMPORT_MAX_CALLS = 3

    run(job, ScriptedModel(likes))

    assert learned_by() == {"scripted": 6, "local": 2}
    assert job.oddities["messages_read"] == 6
    assert job.oddities["messages_unread"] == 2
    assert job.oddities["messages_read_by_rules"] == 2


def test_a_model_that_is_refused_leaves_everything_to_the_stand_in(job: ImportJob) -> None:
    run(job, ScriptedModel(lambda _: Refused()))

    assert learned_by() == {"local": TALKS}
    assert job.oddities["facts_model_not_configured"] == 1


def test_as_soon_as_the_model_may_read_its_facts_take_the_place(
    job: ImportJob, settings: Any
) -> None:
    settings.IMPORT_MAX_CALLS = 3
    run(job, ScriptedModel(likes))
    settings.IMPORT_MAX_CALLS = 100

    run(job, ScriptedModel(likes))

    assert learned_by() == {"scripted": TALKS}
    assert "messages_read_by_rules" not in job.oddities


@pytest.mark.parametrize("after", [free(), ScriptedModel(lambda _: Refused(), model="new")])
def test_what_a_language_model_has_understood_is_not_replaced_by_rules(
    job: ImportJob, after: ScriptedModel
) -> None:
    make_conversation(job, ("user", "I like rain", {"kind": "context"}), title="declared")
    run(job, ScriptedModel(likes))

    run(job, after)

    assert learned_by() == {"scripted": TALKS + 1}
    assert job.oddities["messages_read_before"] == TALKS + 1
    assert job.oddities["messages_read"] == 0


def test_of_what_changed_since_the_rules_read(job: ImportJob) -> None:
    run(job, ScriptedModel(likes))
    Conversation.objects.filter(title="talk 7").update(content_hash=b"changed")

    run(job, free())

    # Talks are read in packs of two, so the other one of its pack is read again as well.
    assert learned_by() == {"scripted": TALKS - 2, "local": 2}


def test_what_the_stand_in_has_read_it_does_not_read_again(job: ImportJob) -> None:
    refused = ScriptedModel(lambda _: Refused())
    with closing(facts.run(job, ScriptedPorts(refused))) as broken:  # type: ignore[type-var]
        while not ModelCall.objects.filter(purpose="facts_read", engine="local").exists():
            next(broken)
    first = ModelCall.objects.filter(purpose="facts_read", engine="local").get()

    run(job, refused)

    lessons = ModelCall.objects.filter(purpose="facts_read", engine="local")
    assert lessons.count() == TALKS // 2
    assert lessons.filter(id=first.id).exists()
    assert learned_by() == {"local": TALKS}


def test_what_a_cut_off_answer_taught_counts_when_there_is_no_money_for_the_rest(
    job: ImportJob, settings: Any
) -> None:
    settings.IMPORT_MAX_CALLS = 2

    def cut_off(request: ModelRequest) -> ModelAnswer:
        whole = likes(request).text
        return answer(whole[: len(whole) - 40], stop_reason="length")

    run(job, ScriptedModel(cut_off))

    assert learned_by() == {"scripted": 2, "local": TALKS - 2}
    assert job.oddities["messages_read"] + job.oddities["messages_read_by_rules"] == TALKS


def test_older_rules_are_nobody_to_learn_from(job: ImportJob) -> None:
    older = free()
    older.model = "rules-v0"
    run(job, older)

    run(job, free())

    assert job.oddities["messages_read"] == TALKS
    assert "messages_read_before" not in job.oddities
