"""Reading chunks: each says what it would say alone, wherever it stands and whatever was read before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from imports.adapters.local_embedder import LocalEmbedder
from imports.lexicon.terms import terms_of
from imports.models import Chunk, Conversation, Status
from imports.pipeline.embed import glossary, reading, texts
from imports.pipeline.embed.texts import ChunkPlace, places_of
from tests.factories import make_job
from tests.memories import remember

pytestmark = pytest.mark.django_db

README = (Path(__file__).parents[3] / "README.md").read_text().split("\n## ")


@pytest.fixture
def batch() -> list[ChunkPlace]:
    """A long conversation in which both write much, and some short ones in several scripts."""
    job = make_job(status=Status.RUNNING)
    remember(job, README)
    for number in range(4):
        remember(
            job, [f"Café {number}: 我喜欢喝绿茶。", "İstanbul'da çay içilir  \n\n  👍🏽"]
        )
    remember(job, ["What a person says alone."])
    return places_of(Chunk.objects.filter(user_id=job.user_id).order_by("id"))


@pytest.fixture(params=[False, True], ids=["as it is", "in little room"])
def reader(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> reading.Reader:
    """One that remembers everything, and one that forgets all the time."""
    if request.param:
        monkeypatch.setattr(texts, "_PAGE", 900)
        monkeypatch.setattr(glossary, "_MOST_WORDS", 60)
        monkeypatch.setattr(glossary, "_MOST_CHARACTERS", 400)
    return reading.Reader(LocalEmbedder())


def said(chunk: ChunkPlace) -> tuple[str, str]:
    """Give the text of a chunk, and what the person wrote of it."""
    conversation = Conversation.objects.get(id=chunk.conversation_id)
    own = [
        conversation.transcript[max(start, chunk.start) : min(end, chunk.end)]
        for _, role, _, _, start, end, *_ in conversation.spans
        if role == "user" and start < chunk.end and end > chunk.start
    ]
    return conversation.transcript[chunk.start : chunk.end], "\n".join(own)


def vector_of(text: str, own: str) -> NDArray[np.float32]:
    whole, mine = LocalEmbedder().embed([text, own])
    if not own or own == text:
        return whole
    both = (whole + mine) / 2
    vector: NDArray[np.float32] = both / np.linalg.norm(both)
    return vector


def test_a_vector_is_that_of_the_text_and_of_what_the_person_wrote_of_it(
    batch: list[ChunkPlace], reader: reading.Reader
) -> None:
    vectors = reader.read(batch).vectors

    alone = np.vstack([vector_of(*said(chunk)) for chunk in batch])
    assert vectors == pytest.approx(alone, abs=1e-6)


def test_a_vector_does_not_depend_on_what_was_read_before(
    batch: list[ChunkPlace], reader: reading.Reader
) -> None:
    together = reader.read(batch).vectors

    apart = np.vstack([reader.read([chunk]).vectors for chunk in reversed(batch)])[::-1]

    assert (together == apart).all()


def test_terms_are_those_of_the_text_and_those_of_the_person_count_thrice(
    batch: list[ChunkPlace], reader: reading.Reader
) -> None:
    found = reader.read(batch)

    alone = [terms_of(said(chunk)) for chunk in batch]
    assert [sorted(found.terms[found.chunks == at]) for at in range(len(batch))] == [
        sorted([*whole, *own, *own]) for whole, own in alone
    ]


def test_what_was_erased_meanwhile_is_read_as_nothing(
    batch: list[ChunkPlace], reader: reading.Reader
) -> None:
    Conversation.objects.all().delete()

    found = reader.read(batch)

    assert not found.vectors.any()
    assert not len(found.terms)
