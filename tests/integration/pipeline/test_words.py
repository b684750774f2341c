"""The blocks of words: few, complete, and without what is gone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imports.adapters.local_embedder import LocalEmbedder
from imports.lexicon import blocks
from imports.lexicon.terms import Asked
from imports.models import Chunk, ImportJob, Status, WordBlock
from imports.pipeline import embed
from imports.pipeline.embed.words import tidy
from imports.search import Question, search
from imports.search.scoring import WordScores, word_scores
from tests.factories import make_job
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> ImportJob:
    """A memory of twelve conversations, embedded one chunk after the other."""
    monkeypatch.setattr(embed, "BATCH_HERE", 1)
    job = make_job(user_id=USER, status=Status.RUNNING)
    for number in range(12):
        remember(job, [f"Letter {number} of the lighthouse keeper.", "Thank you."])
    return job


def run(job: ImportJob) -> None:
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]


def heads(tier: str = "micro") -> int:
    return WordBlock.objects.filter(tier=tier, bucket=blocks.HEAD).count()


def scored(text: str) -> WordScores:
    return word_scores(USER, "micro", Asked.of(text, most=9).terms)


def test_small_blocks_are_merged_and_score_the_same(
    job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(embed, "tidy", lambda *_, **__: iter(()))
        run(job)
    apart, several = scored("letter 7 lighthouse"), heads()

    signs_of_life = list(tidy(USER, writing=job.writing))

    together = scored("letter 7 lighthouse")
    assert (several, heads()) == (12, 1)
    assert len(signs_of_life) == 2  # one for each tier
    assert together.ids.tolist() == apart.ids.tolist()
    assert together.scores.tolist() == pytest.approx(apart.scores.tolist())


def test_few_blocks_are_left_as_they_are(job: ImportJob) -> None:
    run(job)
    remember(job, ["A new letter."])

    run(job)

    assert heads() == 2


def test_what_is_gone_is_left_out_when_blocks_are_merged(
    job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(embed, "tidy", lambda *_, **__: iter(()))
        run(job)
    gone = Chunk.objects.filter(tier="micro").order_by("id")[3].id
    Chunk.objects.filter(id=gone).delete()

    list(tidy(USER, writing=job.writing))

    assert gone not in scored("letter").ids
    assert len(scored("letter").ids) == 11
    assert search(USER, Question(text="letter 7"))[0].text.startswith("Letter 7 ")


def test_blocks_that_broke_off_before_they_were_merged_are_merged_later(
    job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(embed, "tidy", lambda *_, **__: iter(()))
        run(job)

    run(job)

    assert heads() == 1


def test_a_merge_that_breaks_off_leaves_the_blocks_there_were(job: ImportJob) -> None:
    before = {}

    @contextmanager
    def dying() -> Iterator[None]:
        with job.writing():
            before["heads"] = heads()
            yield
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embed, "tidy", lambda *_, **__: iter(()))
        run(job)

    with pytest.raises(KeyboardInterrupt):
        list(tidy(USER, writing=dying))

    assert heads() == before["heads"] == 12


def test_the_words_of_the_person_weigh_more_than_those_of_the_answer() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(job, ["Tell me of birds, please do it.", "The cello is a fine instrument."])
    remember(job, ["My cello broke, please mend it.", "The birds are fine instruments."])
    run(job)

    assert search(USER, Question(text="cello"))[0].text.startswith("My cello")
