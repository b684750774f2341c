"""Cutting transcripts into chunks."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.pipeline.chunking import cut

SEPARATOR = "\n\n"


def _laid_out(messages: list[str]) -> tuple[str, list[int]]:
    text = "".join(message + SEPARATOR for message in messages)
    ends = accumulate(len(message) + len(SEPARATOR) for message in messages)
    return text, [end - len(SEPARATOR) for end in ends]


def _chunks(messages: list[str], size: int) -> list[str]:
    text, borders = _laid_out(messages)
    return [text[start:end] for start, end in cut(text, borders=borders, size=size)]


def test_messages_that_fit_stay_together() -> None:
    assert _chunks(["one", "two", "three"], 100) == ["one\n\ntwo\n\nthree"]


def test_a_chunk_ends_where_a_message_ends() -> None:
    assert _chunks(["a" * 40, "b" * 40, "c" * 40], 90) == [
        "a" * 40 + "\n\n" + "b" * 40,
        "c" * 40,
    ]


@pytest.mark.parametrize("border", ["\n\n", "\n", ". ", " "])
def test_a_long_message_is_cut_at_the_best_border_there_is(border: str) -> None:
    long = "x" * 60 + border + "y" * 60

    chunks = _chunks([long], 80)

    assert chunks == [("x" * 60 + border).rstrip(), "y" * 60]


def test_a_word_without_end_is_cut_all_the_same() -> None:
    assert _chunks(["z" * 250], 100) == ["z" * 100, "z" * 100, "z" * 50]


def test_nothing_to_cut_gives_nothing() -> None:
    assert _chunks([], 100) == []


@given(
    messages=st.lists(st.text(alphabet="ab \n.", min_size=1, max_size=120), max_size=12),
    size=st.integers(min_value=8, max_value=90),
)
def test_every_letter_is_in_exactly_one_chunk(messages: list[str], size: int) -> None:
    text, borders = _laid_out(messages)

    spans = list(cut(text, borders=borders, size=size))

    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(0 < end - start <= size for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
