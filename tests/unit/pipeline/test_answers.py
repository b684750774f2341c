"""Answers of a model, as they really come."""

from __future__ import annotations

import pytest

from imports.pipeline.answers import UnusableAnswer, read_object

GOOD = '{"facts": [{"s": "Likes tea"}]}'


def test_a_good_answer_needs_no_repair() -> None:
    read = read_object(GOOD)

    assert read.value == {"facts": [{"s": "Likes tea"}]}
    assert not read.is_repaired


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{GOOD}\n```",
        f"Here is the JSON:\n{GOOD}\nAnything else?",
        GOOD[:-1],
        GOOD[:-1] + ",",
        GOOD.replace('"}', '",}'),
        "{'facts': [{'s': 'Likes tea'}]}",
    ],
)
def test_an_answer_in_a_wrapping_or_slightly_broken_is_repaired(text: str) -> None:
    read = read_object(text)

    assert read.value == {"facts": [{"s": "Likes tea"}]}
    assert read.is_repaired


def test_of_a_truncated_answer_the_whole_items_are_kept() -> None:
    text = '{"facts": [{"s": "Likes tea", "q": "I like tea"}, {"s": "Likes cof'

    assert read_object(text).value["facts"][0] == {"s": "Likes tea", "q": "I like tea"}


@pytest.mark.parametrize(
    "text",
    ["", "I cannot help with that.", "[1, 2]", "null", "<html>busy</html>", "[" * 100_000],
    ids=range(6),
)
def test_what_holds_no_object_is_refused(text: str) -> None:
    with pytest.raises(UnusableAnswer):
        read_object(text)


@pytest.mark.parametrize("text", ['{"a":' * 50_000, '{"a":[' * 50_000], ids=range(2))
def test_a_deep_answer_is_refused(text: str) -> None:
    with pytest.raises(UnusableAnswer):
        read_object(text)
