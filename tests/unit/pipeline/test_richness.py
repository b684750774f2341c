"""Which conversations tell most about a person."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from imports.pipeline.richness import BUCKETS, Richness, features, score, topic_bucket
from tests.pace import seconds_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PERSONAL = (
    "I'm a nurse and my daughter wants to learn the cello, I live in Bergen with my wife"
)
IMPERSONAL = (
    "what does the parameter of the outer function refer to when the inner one is called"
)


def rich(*texts: str, days_ago: float = 0, apart: timedelta = timedelta()) -> Richness:
    at = NOW - timedelta(days=days_ago)
    return score(
        [(text, at + apart * n) for n, text in enumerate(texts)], created_at=at, now=NOW
    )


def test_a_life_outweighs_a_question() -> None:
    personal = rich(PERSONAL, PERSONAL)

    assert personal.value > rich(IMPERSONAL, IMPERSONAL).value


def test_a_recent_conversation_outweighs_an_old_one_but_old_ones_keep_a_floor() -> None:
    recent, old = rich(PERSONAL, PERSONAL), rich(PERSONAL, PERSONAL, days_ago=3_650)

    assert 0.59 < old.value / recent.value < 0.62


def test_a_conversation_over_several_days_outweighs_one_sitting() -> None:
    spread = rich(PERSONAL, PERSONAL, apart=timedelta(days=2))

    assert spread.value > rich(PERSONAL, PERSONAL).value


@pytest.mark.parametrize("texts", [(), (PERSONAL,), ("thanks", "ok")])
def test_hardly_anything_said_scores_nothing(texts: tuple[str, ...]) -> None:
    assert rich(*texts).value == 0


def test_a_pasted_document_does_not_dominate() -> None:
    document = "clause of the agreement between both parties " * 5_000

    assert rich(document, "sum it up").value < rich(*[PERSONAL] * 6).value


def test_code_is_not_counted_as_words() -> None:
    code = "```python\n" + "my_value = compute(first, second)\n" * 40 + "```"

    assert rich(code, code).value == 0


def test_a_script_without_spaces_counts_by_character() -> None:
    assert (
        rich("我在北京工作 我喜欢骑自行车和做饭", "我的女儿今年上小学了 她喜欢画画").value
        > 0
    )


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("I'm here and I've seen 'my' home, haven't I", 9, 3),
        ("'tis what they called 'home' for years'", 7, 0),
        ("I am, I was, I sleep; I", 7, 2),
        ("Ich bin müde und meine Füße auch", 7, 2),
        ("don\u2019t tell my sister", 4, 1),
    ],
)
def test_words_and_what_speaks_of_oneself_are_counted(
    text: str, words: int, hits: int
) -> None:
    found = features([(text, NOW)])

    assert (found.words, found.first_person) == (words, hits)


def test_the_same_texts_give_the_same_score() -> None:
    assert rich(PERSONAL, IMPERSONAL) == rich(PERSONAL, IMPERSONAL)


def test_an_unknown_time_is_neither_new_nor_old() -> None:
    dated = rich(PERSONAL, PERSONAL, days_ago=10_000).value

    undated = score([(PERSONAL, None)] * 2, created_at=None, now=NOW).value

    assert dated < undated


def test_the_bucket_does_not_depend_on_order() -> None:
    words = [b"gardening", b"tomatoes", b"balcony"]

    assert topic_bucket(words) == topic_bucket(words[::-1])


@pytest.mark.parametrize("words", [[], [b"a"], [b"gardening"], ["我".encode()]])
def test_every_set_of_words_has_a_bucket(words: list[bytes]) -> None:
    assert 0 <= topic_bucket(words) < BUCKETS


@pytest.mark.parametrize(
    "text", ["```" * 30_000, "i " * 60_000, "i'" * 60_000, "ich " * 50_000]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()

    rich(text, text)

    assert time.process_time() - started < seconds_of(100_000_000)
