"""Search: what a person's memory answers, and what it never does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_django.fixtures import Settings

from imports import wiring
from imports.adapters.local_embedder import LocalEmbedder
from imports.errors import TransientFailure
from imports.models import Chunk, Conversation, ImportJob, Status, WordBlock
from imports.pipeline import embed
from imports.search import Question, QuestionRefused, search
from tests.factories import make_job
from tests.fakes.models import ModelServer
from tests.integration.adapters.conftest import models as models
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")
DAY = datetime(2025, 5, 1, 12, tzinfo=UTC)


class Silent:
    """An embedder whose service is down."""

    space = "silent"
    dimensions = 3
    batch_size = 1

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise TransientFailure


class Same:
    """An embedder that learns nothing of anybody, and to which all texts are alike."""

    space = "same"
    dimensions = 2
    batch_size = 8

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.float32([0.6, 0.8]), (len(texts), 1))


def ask(text: str, **filters: Any) -> list[str]:
    return [hit.text for hit in search(USER, Question(text=text, **filters))]


@pytest.fixture
def memory() -> ImportJob:
    """A memory of four conversations, imported as far as search needs it."""
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(
        job,
        ["My sister plays the cello in Gdansk.", "How lovely."],
        title="Music",
        at=DAY,
    )
    remember(
        job,
        ["How long do I bake sourdough?", "Forty minutes at 230 degrees, lid on."],
        title="Bread",
        at=DAY + timedelta(days=10),
    )
    remember(job, ["Der Zug nach Gdansk faehrt um acht."], title="Reise", provider="claude")
    remember(job, ["我喜欢喝绿茶。"], title="茶")
    _embed(job)
    return job


def _embed(job: ImportJob) -> None:
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("who plays the cello", "My sister plays the cello"),
        ("playing cellos", "My sister plays the cello"),  # stems
        ("oven time for bread loaves", "How long do I bake sourdough?"),  # meaning
        ("Zug nach Gdansk", "Der Zug nach Gdansk"),
        ("¿Quién toca el cello, en Gdansk?", "My sister plays the cello"),  # what is shared
        ("绿茶", "我喜欢喝绿茶"),
    ],
)
def test_the_best_hit_is_the_one_that_answers(
    memory: ImportJob, asked: str, found: str
) -> None:
    assert ask(asked)[0].startswith(found)


def test_a_hit_says_where_it_comes_from(memory: ImportJob) -> None:
    (hit, *_) = search(USER, Question(text="sourdough"))

    conversation = Conversation.objects.get(title="Bread")
    assert (hit.conversation_id, hit.title) == (conversation.id, "Bread")
    assert conversation.transcript[hit.start : hit.end] == hit.text
    assert (hit.provider, hit.at) == ("chatgpt", DAY + timedelta(days=10))
    assert hit.message_ids == ("m0", "m1")
    assert [turn.role for turn in hit.turns] == ["user", "assistant"]
    assert conversation.spans[1][4] == hit.start + hit.turns[1].start


def test_a_hit_brings_what_was_said_around_it() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(
        job,
        ["Bread. " * 100, "Long before. " * 60, "The cello. " * 70, "And after. " * 70],
    )
    _embed(job)

    (hit, *_) = search(USER, Question(text="cello", limit=1))

    assert (hit.role, hit.message_ids) == ("user", ("m2",))
    assert [(turn.role, turn.text.split()[0]) for turn in hit.exchange[1:]] == [
        ("user", "The"),
        ("assistant", "And"),
    ]
    assert hit.exchange[0].text.endswith("before. ")
    assert [len(turn.text) for turn in hit.exchange] == [600, 600, 600]


@pytest.mark.parametrize(
    ("text", "role"), [("bake sourdough", "user"), ("forty minutes", "assistant")]
)
def test_a_hit_is_about_the_message_that_shares_the_words(
    memory: ImportJob, text: str, role: str
) -> None:
    (hit, *_) = search(USER, Question(text=text, role=role))

    assert (hit.title, hit.role) == ("Bread", role)


def test_the_words_that_were_asked_for_are_marked_in_whatever_form(
    memory: ImportJob,
) -> None:
    (hit, *_) = search(USER, Question(text="Who is playing cellos?"))

    assert [hit.text[mark.start : mark.end] for mark in hit.marks] == ["plays", "cello"]
    assert hit.excerpt.text == hit.text
    assert hit.excerpt.marks == hit.marks


def test_signs_of_a_script_without_spaces_are_marked(memory: ImportJob) -> None:
    (hit, *_) = search(USER, Question(text="绿茶"))

    assert [hit.text[mark.start : mark.end] for mark in hit.marks] == ["绿", "茶"]


def test_a_question_in_another_script_finds_what_was_said_in_it() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    for text in ("Моя сестра играет на виолончели.", "Поезд уходит в восемь.", "أختي تعزف"):
        remember(job, [text])
    _embed(job)

    assert ask("где поезд")[0] == "Поезд уходит в восемь."
    assert ask("أختي")[0] == "أختي تعزف"


def test_one_line_that_answers_beats_a_page_about_its_words() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(job, ["Tell me about birds.", "The ferry is old. The ticket is blue. " * 12])
    remember(
        job, ["Tell me about bread.", "Bread is baked. " * 20 + "The ferry ticket cost 40."]
    )
    _embed(job)

    (best, *_) = search(USER, Question(text="ferry ticket cost"))

    assert "cost 40" in best.text
    assert "The ferry ticket cost 40." in best.excerpt.text


def test_neighbours_are_one_hit() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    remember(job, ["The cello sings. " * 70])
    _embed(job)

    hits = search(USER, Question(text="cello"))

    assert Chunk.objects.filter(tier="micro").count() == 2
    assert len(hits) == 1
    assert len(hits[0].text) > 1_100


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"provider": "claude"}, {"Reise"}),
        ({"role": "assistant"}, {"Bread"}),
        ({"since": DAY + timedelta(days=1)}, {"Bread"}),
        ({"until": DAY + timedelta(days=1)}, {"Music"}),
        ({"tier": "medium"}, {"Bread", "Music", "Reise", "茶"}),
        ({"provider": "gemini"}, set()),
    ],
)
def test_filters_leave_what_fits(
    memory: ImportJob, filters: dict[str, Any], titles: set[str]
) -> None:
    hits = search(USER, Question(text="Gdansk bread cello 茶", **filters))

    assert {hit.title for hit in hits} == titles


def test_nobody_finds_what_another_person_said(memory: ImportJob) -> None:
    assert search(uuid.uuid4(), Question(text="cello")) == []


def test_what_others_said_does_not_even_move_a_score() -> None:
    question = Question(text="cello sourdough")

    def live(user_id: uuid.UUID, *texts: str) -> None:
        job = make_job(user_id=user_id, status=Status.RUNNING)
        for text in texts:
            remember(job, [text])
        list(embed.run(job, Ports(embedder=Same())))  # type: ignore[arg-type]

    live(USER, "My sister plays the cello.", "The train leaves at eight.")
    alone = search(USER, question, embedder=Same())
    live(uuid.uuid4(), "I play the cello.", "The cello is out of tune.", "Sourdough.")

    assert search(USER, question, embedder=Same()) == alone
    assert len(alone) == 2


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\x00", "\ud800", "the of and", "!!! ???", "' OR 1=1 --", "%s %(x)s", "a" * 2000,
     "word " * 400, "<script>alert(1)</script>", "🙂" * 500, "\\'; DROP TABLE imports_chunk;",
     "(((", "[a-", ".*", "a{9,}", "\\", "(?i)", "\u202e\u0000", "é" * 1000, "x y " * 500,
     " ".join(f"w{n}" for n in range(400))],
)  # fmt: skip
def test_no_question_is_too_strange(memory: ImportJob, text: str) -> None:
    hits = search(USER, Question(text=text))

    assert len(hits) <= 4
    assert Chunk.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "x" * 2_001}, "q"),
        ({"text": "x", "limit": 0}, "limit"),
        ({"text": "x", "limit": 51}, "limit"),
        ({"text": "x", "tier": "macro"}, "tier"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(QuestionRefused) as refused:
        search(USER, Question(**wrong))

    assert refused.value.field == field


def test_vectors_of_another_space_are_never_compared(memory: ImportJob) -> None:
    Chunk.objects.update(embedding=[1.0, 0.0], embedding_space="other/2")

    assert ask("cello")[0].startswith("My sister")
    assert ask("oven time for loaves") == []


def test_without_the_embedder_words_still_answer(memory: ImportJob) -> None:
    hits = search(USER, Question(text="cello"), embedder=Silent())

    assert [hit.title for hit in hits] == ["Music"]


def test_a_service_that_throttles_does_not_keep_who_asks_waiting(
    memory: ImportJob,
    models: ModelServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.EMBEDDINGS = "titan"
    settings.AWS_REGION = "us-east-1"
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", models.url)
    models.capacity = 0

    hits = search(USER, Question(text="cello"), embedder=wiring.Wired().question_embedder)

    assert [hit.title for hit in hits] == ["Music"]
    assert len(models.received) == 2


def test_words_of_chunks_that_are_gone_find_nothing(memory: ImportJob) -> None:
    Chunk.objects.filter(conversation__title="Music").delete()

    assert not any("cello" in text for text in ask("cello"))


def test_a_block_of_which_no_chunk_is_left_is_removed(
    memory: ImportJob, settings: Settings
) -> None:
    former = set(WordBlock.objects.values_list("id", flat=True))
    Chunk.objects.all().delete()
    remember(memory, ["A new thing altogether."])

    _embed(memory)

    assert WordBlock.objects.exists()
    assert not former & set(WordBlock.objects.values_list("id", flat=True))


def test_words_are_stored_once_however_often_the_stage_runs(memory: ImportJob) -> None:
    before = list(WordBlock.objects.order_by("id").values_list("id", "content"))
    Chunk.objects.update(embedding=None, embedding_space="")

    _embed(memory)

    assert list(WordBlock.objects.order_by("id").values_list("id", "content")) == before
