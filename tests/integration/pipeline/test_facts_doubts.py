"""What rules cannot decide, the model does, with numbers alone; whatever else it says is nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from imports.models import Fact, ImportJob, ModelCall, StageName
from imports.pipeline import facts
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

# What the person says, year by year, and what a model makes of it: (slot, statement, value).
SAID = {
    "I sing in a choir on Mondays": ("habit", "User sings in a choir", "choir"),
    "My choir sings Bach now": ("likes", "User likes singing Bach in a choir", "Bach"),
    "I quit the choir for good": ("habit", "User quit the choir", "quit the choir"),
    "I like green tea best": ("likes", "User likes green tea", "green tea"),
}
SINGS, BACH, QUIT, TEA = (
    "Sings in a choir",
    "Likes singing Bach in a choir",
    "Quit the choir",
    "Likes green tea",
)
Decide = Callable[[dict[str, int]], dict[str, Any]]


@pytest.fixture
def job() -> ImportJob:
    job = make_running_job(StageName.FACTS)
    for year, text in enumerate(SAID):
        make_conversation(
            job, ("user", text), title=text, at=START + timedelta(days=365 * year)
        )
    return job


def model(decide: Decide | str, **fields: Any) -> ScriptedModel:
    """Make a model that hears what is said and answers doubts as told, by number."""

    def script(request: ModelRequest) -> ModelAnswer:
        if isinstance(request.material, FactsMaterial):
            return answer(
                json.dumps({"facts": [_heard(m) for m in request.material.messages]})
            )
        if isinstance(decide, str):
            return answer(decide, stop_reason="refusal" if not decide else "end")
        return answer(json.dumps(decide(_numbers(request))))

    return ScriptedModel(script, **fields)


def _heard(message: Any) -> dict[str, Any]:
    slot, statement, value = SAID[message.text]
    wire = {"c": "habit", "slot": slot, "s": statement, "v": value}
    return {**wire, "m": [message.number], "q": message.text}


def _numbers(request: ModelRequest) -> dict[str, int]:
    lines = [line for line in request.prompt.splitlines() if line]
    return {
        statement: number
        for number, line in enumerate(lines, 1)
        for statement in (SINGS, BACH, QUIT, TEA)
        if f">{statement} (" in line
    }


def run(job: ImportJob, asked: ScriptedModel) -> dict[str, tuple[str, str]]:
    """Give for each fact why it no longer holds, and what took its place."""
    list(facts.run(job, ScriptedPorts(asked)))
    job.reload()
    return {
        fact.statement: (
            fact.superseded_reason,
            fact.superseded_by.statement if fact.superseded_by else "",
        )
        for fact in Fact.objects.filter(user_id=job.user_id)
    }


def nothing(numbers: dict[str, int]) -> dict[str, Any]:
    return {"dup": [], "sup": []}


def test_only_what_shares_a_telling_word_is_asked_about_and_once(job: ImportJob) -> None:
    asked = model(nothing)
    run(job, asked)

    run(job, asked)

    doubts = [each for each in asked.asked if each.purpose == "consolidation"]
    assert len(doubts) == 1
    assert set(_numbers(doubts[0])) == {SINGS, BACH, QUIT}


def test_a_fact_that_a_later_one_ended_is_past(job: ImportJob) -> None:
    account = run(job, model(lambda n: {"dup": [], "sup": [[n[SINGS], n[QUIT]]]}))

    ended = Fact.objects.get(statement=SINGS)
    assert account[SINGS] == ("update", QUIT)
    assert ended.valid_to == START + timedelta(days=730)
    assert account[BACH] == account[TEA] == ("", "")
    assert job.facts == 3
    assert job.oddities["facts_doubts_ended"] == 1


def test_a_repeat_gives_its_proof_to_the_clearer_one(job: ImportJob) -> None:
    account = run(job, model(lambda n: {"dup": [[n[BACH], n[SINGS]]], "sup": []}))

    kept = Fact.objects.get(statement=BACH)
    assert account[SINGS] == ("duplicate", BACH)
    assert [each["quote"] for each in kept.evidence] == list(SAID)[:2]
    assert kept.confidence > Fact.objects.get(statement=TEA).confidence


@pytest.mark.parametrize(
    "decide",
    [
        lambda n: {"dup": [[n[SINGS], n[BACH]]], "sup": []},  # the name Bach would be lost
        lambda n: {
            "dup": [],
            "sup": [[n[QUIT], n[SINGS]]],
        },  # the earlier would end the later
        lambda n: {"dup": [[n[SINGS], n[QUIT]]], "sup": []},  # the end would be lost
        lambda n: {"dup": [[1, 99]], "sup": [[0, 1], [1], [1, 1]]},
        lambda n: {"dup": "all", "sup": [["1", "2"], {"old": 1}, None]},
        lambda n: {"dup": [[True, n[QUIT]]], "forget": [1, 2, 3]},
    ],
)
def test_an_answer_that_would_lose_something_changes_nothing(
    job: ImportJob, decide: Decide
) -> None:
    account = run(job, model(decide))

    assert set(account.values()) == {("", "")}


@pytest.mark.parametrize("words", ["", "I can't say."])
def test_without_a_usable_answer_the_rules_account_stands(
    job: ImportJob, words: str
) -> None:
    account = run(job, model(words))

    assert set(account.values()) == {("", "")}
    assert job.oddities["facts_doubts_undecided"] == 1


def test_without_money_for_it_the_rules_account_stands(
    job: ImportJob, settings: Any
) -> None:
    settings.IMPORT_MAX_CALLS = len(SAID)

    account = run(job, model(nothing))

    assert len(account) == 4
    assert ModelCall.objects.filter(purpose="consolidation").count() == 0


def test_rules_are_not_asked_about_what_rules_could_not_decide(job: ImportJob) -> None:
    asked = model(nothing, engine="local", price=Price(input=0, output=0))

    run(job, asked)

    assert [each.purpose for each in asked.asked] == ["facts"] * len(asked.asked)
