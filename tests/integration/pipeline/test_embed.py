"""Embedding: every chunk of an embedded tier gets a vector once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_django.fixtures import Settings

from imports.errors import LostLease
from imports.models import Chunk, Conversation, ImportJob, Status, Tier
from imports.pipeline import embed
from tests.factories import make_job
from tests.ports import Ports

pytestmark = pytest.mark.django_db


class Letters:
    """Embeds a text as how often it says a, b and c; remembers what it was asked."""

    space = "letters/3"
    dimensions = 3
    batch_size = 2

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(list(texts))
        return np.array([[text.count(c) for c in "abc"] for text in texts], np.float32)


@pytest.fixture
def letters(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Letters:
    settings.EMBEDDED_TIERS = ["micro"]
    monkeypatch.setattr(embed, "BATCH_CHUNKS", 3)
    return Letters()


def _job(text: str) -> ImportJob:
    """Make a job whose person has one conversation, a chunk for each word of it."""
    job = make_job(status=Status.RUNNING)
    conversation = Conversation.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        provider="chatgpt",
        source_id="c",
        content_hash=b"h",
        transcript=text,
        shown_length=len(text),
    )
    at = 0
    for word in text.split(" "):
        _chunk(conversation, at, at + len(word))
        at += len(word) + 1
    return job


def _chunk(
    conversation: Conversation, start: int, end: int, tier: Tier = Tier.MICRO
) -> None:
    Chunk.objects.create(
        user_id=conversation.user_id,
        conversation=conversation,
        tier=tier,
        start=start,
        end=end,
    )


def _run(job: ImportJob, letters: Letters) -> list[tuple[int, int]]:
    progress = embed.run(job, Ports(embedder=letters))  # type: ignore[arg-type]
    return [(each.done, each.total) for each in progress]


def test_each_chunk_gets_the_vector_of_its_own_text(letters: Letters) -> None:
    job = _job("a bb ccc aab b")

    said = _run(job, letters)

    stored = Chunk.objects.order_by("start").values_list("embedding", "embedding_space")
    assert [(tuple(vector), space) for vector, space in stored] == [
        ((1, 0, 0), "letters/3"),
        ((0, 2, 0), "letters/3"),
        ((0, 0, 3), "letters/3"),
        ((2, 1, 0), "letters/3"),
        ((0, 1, 0), "letters/3"),
    ]
    assert said == [(0, 5), (3, 5), (5, 5)]


def test_a_call_carries_no_more_than_the_embedder_asks_for(letters: Letters) -> None:
    _run(_job("a b c a b c a"), letters)

    assert max(map(len, letters.asked)) == 2


def test_another_tier_is_left_alone(letters: Letters) -> None:
    job = _job("a")
    _chunk(Conversation.objects.get(), 0, 1, Tier.MACRO)

    _run(job, letters)

    assert Chunk.objects.get(tier="macro").embedding is None


def test_it_goes_on_where_its_last_commit_was(letters: Letters) -> None:
    job = _job("a b c a b")
    interrupted = embed.run(job, Ports(embedder=letters))  # type: ignore[arg-type]
    assert [next(interrupted).done for _ in range(2)] == [0, 3]
    interrupted.close()  # type: ignore[attr-defined]

    said = _run(job, letters)

    assert said == [(3, 5), (5, 5)]
    assert sum(map(len, letters.asked)) == 5


def test_with_nothing_to_do_the_embedder_is_not_even_made() -> None:
    job = make_job(status=Status.RUNNING)

    assert list(embed.run(job, Ports(embedder=None))) == []  # type: ignore[arg-type]


def test_a_worker_that_lost_its_lease_stores_no_vector(letters: Letters) -> None:
    job = _job("a b")
    ImportJob.objects.update(attempt=9)

    with pytest.raises(LostLease):
        _run(job, letters)

    assert not Chunk.objects.exclude(embedding=None).exists()
