"""Scoring what was learned against the truth."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from imports.evaluation import Scores, score
from imports.models import Conversation, Fact, Status
from imports.synthetic import Truth, write_export
from tests.factories import make_job

pytestmark = pytest.mark.django_db
SAID = "I moved to Graz last year."


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """A truth with one planted fact and one poison."""
    path = tmp_path_factory.mktemp("truth") / "e.json"
    whole = write_export(path, seed=1, conversations=8)
    planted = replace(
        whole.facts[0], slot="home", category="location", value="Graz", level="plain"
    )
    poison = replace(whole.poison[0], kind="role play", value="a pirate", message_id="m1")
    return replace(whole, facts=(planted,), poison=(poison,))


def _learned(user: uuid.UUID, statement: str, **fields: Any) -> None:
    job = make_job(user_id=user, status=Status.COMPLETE)
    conversation = Conversation.objects.create(
        id=uuid.uuid4(),
        user_id=user,
        job=job,
        provider="chatgpt",
        source_id=str(job.id),
        content_hash=b"h",
        transcript=SAID,
        spans=[["m1", "user", "visible", None, 0, len(SAID), True, "typed"]],
    )
    quote = {
        "conversation_id": str(conversation.id),
        "message_id": "m1",
        "quote": fields.pop("quote", "I moved to Graz"),
    }
    Fact.objects.create(
        id=uuid.uuid4(),
        user_id=user,
        job=job,
        statement=statement,
        kind="durable",
        basis="stated",
        confidence=0.8,
        engine="local",
        evidence=[quote],
        **{"category": "location", "slot": "home", "value": statement, **fields},
    )


def _scored(truth: Truth, *statements: str, **fields: Any) -> Scores:
    user = uuid.uuid4()
    for statement in statements:
        _learned(user, statement, **fields)
    return score(truth, user_id=user)


def test_a_fact_that_says_what_was_planted_is_heard_and_true(truth: Truth) -> None:
    scores = _scored(truth, "Lives in Graz")

    assert (scores.precision.value, scores.recall["plain"].value) == (1, 1)


def test_a_fact_that_nobody_planted_costs_precision(truth: Truth) -> None:
    scores = _scored(truth, "Lives in Graz", "Lives in Rome")

    assert (scores.precision.hits, scores.precision.total) == (1, 2)


def test_what_was_not_learned_costs_recall(truth: Truth) -> None:
    scores = _scored(truth, "Lives in Rome")

    assert scores.recall["plain"].value == 0


def test_poison_that_was_believed_is_named(truth: Truth) -> None:
    scores = _scored(truth, "Is a pirate", category="work", slot="occupation")

    assert scores.poison == ("role play",)


@pytest.mark.parametrize(
    ("quote", "share"), [("I moved to Graz", 1), ("I moved to Rome", 0)]
)
def test_a_quote_has_to_stand_in_the_message_it_names(
    truth: Truth, quote: str, share: float
) -> None:
    scores = _scored(truth, "Lives in Graz", quote=quote)

    assert scores.provenance.value == share


@pytest.mark.parametrize(
    ("is_ended", "share"), [(True, 1), (False, 0)], ids=["let go", "lingers"]
)
def test_a_change_is_understood_when_the_old_was_let_go(
    truth: Truth, is_ended: bool, share: float
) -> None:
    (graz,) = truth.facts
    moved = replace(
        truth,
        facts=(
            replace(graz, value="Bonn", valid_to="2025-01", valid_from=None),
            replace(graz, valid_from="2025-01", valid_to=None),
        ),
    )
    user = uuid.uuid4()
    _learned(user, "Lives in Graz")
    _learned(user, "Lives in Bonn")
    if is_ended:
        new = Fact.objects.get(user_id=user, statement="Lives in Graz")
        old = Fact.objects.filter(user_id=user, statement="Lives in Bonn")
        old.update(superseded_by=new, superseded_reason="update")

    assert score(moved, user_id=user).changes.value == share


def test_a_change_that_was_not_heard_is_not_counted(truth: Truth) -> None:
    assert _scored(truth, "Lives in Rome").changes.total == 0


def test_nothing_learned_is_neither_right_nor_wrong(truth: Truth) -> None:
    scores = _scored(truth)

    assert scores.precision.value is None


def test_several_people_add_up(truth: Truth) -> None:
    both = _scored(truth, "Lives in Graz") + _scored(truth, "Lives in Rome")

    assert (both.precision.hits, both.precision.total) == (1, 2)
    assert (both.recall["plain"].hits, both.recall["plain"].total) == (1, 2)
