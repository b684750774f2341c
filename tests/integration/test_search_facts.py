"""Search by what is known of the person: a fact leads to the message that proves it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from imports.adapters.local_embedder import LocalEmbedder
from imports.models import Conversation, Fact, ImportJob, Status
from imports.pipeline import embed
from imports.pipeline.facts.wire import SLOTS
from imports.search import Hit, Question, search
from imports.search.facts import ASKED_WITH, proofs
from tests.factories import make_job
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")
SAID = "Last time shellfish sent me to the emergency room. How do I tell a host?"


@pytest.fixture
def job() -> ImportJob:
    """A memory in which an allergy is said without the word, and talked of by somebody else."""
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(job, [SAID, "Say it early and kindly."], title="Dinner")
    for number in range(12):
        remember(
            job, [f"Translate: I am allergic to thing {number}.", "Ich bin allergisch."]
        )
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]
    return job


def learn(job: ImportJob, **fields: Any) -> Fact:
    conversation = Conversation.objects.get(title="Dinner")
    evidence = {
        "conversation_id": str(conversation.id),
        "message_id": "m0",
        "at": None,
        "quote": "shellfish sent me to the emergency room",
    }
    known = {
        "slot": "allergy",
        "category": "health",
        "statement": "Is allergic to shellfish",
        "kind": "durable",
        "basis": "implied",
        "confidence": 0.5,
        "evidence": [evidence],
        "engine": "local",
    }
    return Fact.objects.create(id=uuid.uuid4(), user_id=USER, job=job, **known | fields)


def ask(text: str, **filters: Any) -> list[Hit]:
    return search(USER, Question(text=text, **filters))


@pytest.mark.parametrize(
    "text", ["What am I allergic to?", "Do I have any allergies?", "the user's allergies"]
)
def test_a_question_about_the_person_finds_what_proves_the_answer(
    job: ImportJob, text: str
) -> None:
    learn(job)

    best = ask(text)[0]

    assert (best.title, best.role, best.message_ids) == ("Dinner", "user", ("m0", "m1"))
    assert best.facts == ("Is allergic to shellfish",)
    assert best.excerpt.text.startswith("Last time shellfish")


def test_without_the_fact_words_decide(job: ImportJob) -> None:
    assert ask("What am I allergic to?")[0].title != "Dinner"


def test_what_the_person_rejected_leads_nowhere(job: ImportJob) -> None:
    learn(job, superseded_reason="rejected")

    assert ask("What am I allergic to?")[0].facts == ()


@pytest.mark.parametrize(
    ("ended", "told"),
    [(datetime(2024, 10, 1, tzinfo=UTC), "(until October 2024)"), (None, "(earlier)")],
)
def test_what_held_once_is_not_told_as_what_holds_now(
    job: ImportJob, ended: datetime | None, told: str
) -> None:
    learn(job, valid_to=ended, superseded_reason="update")

    facts = ask("What am I allergic to?")[0].facts

    assert facts == (f"Is allergic to shellfish {told}",)


def test_a_question_about_something_else_is_not_led_astray(job: ImportJob) -> None:
    learn(job)

    hits = ask("how do I translate a health certificate into German")

    assert all(hit.facts == () for hit in hits)


def test_what_the_person_said_is_no_answer_of_the_assistant(job: ImportJob) -> None:
    learn(job)

    hits = ask("What am I allergic to?", role="assistant")

    assert {hit.role for hit in hits} <= {"assistant"}
    assert all(hit.facts == () for hit in hits)


def test_facts_of_another_person_are_not_looked_at(job: ImportJob) -> None:
    Fact.objects.filter(id=learn(job).id).update(user_id=uuid.uuid4())

    assert all(hit.facts == () for hit in ask("What am I allergic to?"))


def test_a_proof_that_names_what_another_person_said_leads_nowhere(job: ImportJob) -> None:
    asked: dict[str, Any] = {"vector": None, "embedder": LocalEmbedder()}
    learn(job)
    own = proofs(USER, "micro", "What am I allergic to?", **asked)
    Conversation.objects.update(user_id=uuid.uuid4())

    led = proofs(USER, "micro", "What am I allergic to?", **asked)

    assert (len(own), led) == (1, [])


def test_there_are_words_to_ask_for_every_slot() -> None:
    assert set(ASKED_WITH) == set(SLOTS)
