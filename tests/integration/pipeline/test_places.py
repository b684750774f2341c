"""Places in transcripts: each text as it stands there, and never much of a long one at a time."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports.models import Conversation, ImportJob, Status
from imports.pipeline import places
from imports.pipeline.places import Place, stretches_at, texts_at
from tests.factories import make_job
from tests.memories import remember

pytestmark = pytest.mark.django_db

LONG = 60_000


@pytest.fixture(autouse=True)
def _small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is long begin early."""
    monkeypatch.setattr(places, "NEAR", 500)
    monkeypatch.setattr(places, "LONGEST", 4_000)
    monkeypatch.setattr(places, "LONGEST_OF_ONE", 16_000)


@pytest.fixture
def conversations() -> list[Conversation]:
    job = make_job(status=Status.RUNNING)
    return [
        _of("plain letters, many of them. ", job, LONG),
        _of("ein Schl\u00fcssel f\u00fcr \U0001f5dd, \u9375. ", job, LONG),
        _of("a short one \U0001f642 ", job, 300),
        _of("nothing but its beginning matters. ", job, LONG),
    ]


def _of(text: str, job: ImportJob, length: int) -> Conversation:
    numbered = "".join(f"{number} {text}" for number in range(length // len(text)))
    return remember(job, [numbered])


def _scattered(conversations: list[Conversation]) -> Iterator[Place]:
    dice = random.Random(1)
    for _ in range(300):
        each = dice.choice(conversations)
        start = dice.randrange(len(each.transcript))
        length = dice.choice([1, 40, 900, 9_000])
        end = min(start + length, len(each.transcript))
        yield Place(conversation_id=each.id, start=start, end=end)


def test_each_place_has_the_text_that_stands_there(
    conversations: list[Conversation],
) -> None:
    wanted = list(_scattered(conversations))
    whole = {each.id: each.transcript for each in conversations}

    found = dict(texts_at(wanted))

    assert found == {
        number: whole[place.conversation_id][place.start : place.end]
        for number, place in enumerate(wanted)
    }


@pytest.mark.parametrize("has_milestones", [True, False])
def test_a_piece_of_a_library_is_the_one_that_stands_there(*, has_milestones: bool) -> None:
    text = "a \U0001f642 c\u00f6d\u00e9 \u9375" * 60_000
    edge = Conversation.MILESTONE
    assert len(text) > 2 * edge
    milestones = [len(text[:edge].encode()), len(text[: 2 * edge].encode())]
    starts = [0, edge - 1, edge, edge + 1, 2 * edge - 3, 2 * edge, len(text) - 2]
    wanted = [(start, length) for start in starts for length in (0, 1, 2, 5, edge + 7)]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT imports_text_at(convert_to(%s, 'UTF8'), %s, start, length)"
            " FROM unnest(%s::int[], %s::int[]) AS wanted(start, length)",
            [
                text,
                milestones if has_milestones else None,
                [start for start, _ in wanted],
                [length for _, length in wanted],
            ],
        )
        found = [piece for (piece,) in cursor]

    assert found == [text[start : start + length] for start, length in wanted]


def test_near_places_are_read_in_one_go(conversations: list[Conversation]) -> None:
    wanted = [
        Place(conversation_id=each.id, start=start, end=start + 50)
        for each in conversations
        for start in range(0, 200, 50)
    ]

    with CaptureQueriesContext(connection) as asked:
        found = list(texts_at(wanted))

    assert (len(found), len(asked)) == (16, 1)


def test_a_long_transcript_comes_in_pieces(conversations: list[Conversation]) -> None:
    long = conversations[1]
    wanted = [
        Place(conversation_id=long.id, start=start, end=start + 100)
        for start in range(0, 40_000, 100)
    ]

    with CaptureQueriesContext(connection) as asked:
        found = list(stretches_at(wanted))

    assert len(asked) == 3
    assert [len(text) for _, _, text in found] == [4_000] * 10


def test_what_was_erased_meanwhile_is_left_out(conversations: list[Conversation]) -> None:
    here = Place(conversation_id=conversations[0].id, start=0, end=5)
    gone = Place(conversation_id=uuid.uuid4(), start=0, end=5)

    found = dict(texts_at([gone, here]))

    assert found == {1: "0 pla"}
