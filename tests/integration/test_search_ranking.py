"""Which of two texts answers better."""

from __future__ import annotations

import uuid

import pytest

from imports.adapters.local_embedder import LocalEmbedder
from imports.models import Status
from imports.pipeline import embed
from imports.search import Question, search
from tests.factories import make_job
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")
SCENERY = ["The bridge over the canal is closed.", "Tomatoes want sun and deep pots."]


def first(text: str, *conversations: list[str]) -> str:
    job = make_job(user_id=USER, status=Status.RUNNING)
    for turns in conversations:
        remember(job, turns)
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]
    return search(USER, Question(text=text))[0].text


def test_who_asks_about_themselves_finds_where_they_speak_of_themselves() -> None:
    found = first(
        "Where did I move to?",
        ["Where do people move to?", "Some move to a town by the sea, some move home."],
        ["I moved to Bergen in May, which offices do I have to tell?"],
        SCENERY,
    )

    assert "Bergen" in found


def test_what_is_asked_of_the_world_finds_a_sentence_about_the_world() -> None:
    found = first(
        "Which city has the oldest bridge?",
        ["I crossed a bridge."],
        ["The oldest bridge in any city, it is said, stands in Izmir."],
        SCENERY,
    )

    assert "Izmir" in found


def test_where_only_the_common_word_is_found_meaning_decides() -> None:
    found = first(
        "Which pet follows me?",
        *([f"Follow the wire to fuse {n}, and follow it back."] for n in range(12)),
        ["The dog and the cat are animals."],
        SCENERY,
    )

    assert "dog" in found


def test_a_title_tells_what_a_conversation_is_about() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(job, ["She is so loud at night, what can I do?"], title="Roommate")
    remember(job, ["How do I quit at the library nicely?"], title="Work")
    remember(job, SCENERY)
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]

    hits = search(USER, Question(text="roommate"))

    assert hits[0].title == "Roommate"
    assert hits[0].score > 2 * hits[1].score
