"""Excerpts of hits: short, cut between words, and with the words that were asked for."""

from __future__ import annotations

import re

import pytest

from imports.search.excerpts import Mark, excerpt_of


def marked(text: str, pattern: str) -> list[Mark]:
    return [Mark(start=m.start(), end=m.end()) for m in re.finditer(pattern, text)]


def test_a_short_text_is_shown_whole() -> None:
    text = "My sister plays the cello."

    excerpt = excerpt_of(text, marked(text, "cello"))

    assert (excerpt.text, excerpt.marks) == (text, (Mark(start=20, end=25),))


def test_the_part_with_most_different_words_is_shown() -> None:
    text = "cello cello cello. " + "word " * 200 + "the cello of my sister. " + "word " * 90

    excerpt = excerpt_of(text, marked(text, "cello|sister"))

    assert "cello of my sister." in excerpt.text
    assert len(excerpt.text) <= 320
    assert [excerpt.text[m.start : m.end] for m in excerpt.marks] == ["cello", "sister"]


def test_an_excerpt_begins_and_ends_with_whole_words() -> None:
    text = "alphabet " * 60 + "cello " + "alphabet " * 60

    excerpt = excerpt_of(text, marked(text, "cello"))

    assert set(excerpt.text.split()) == {"alphabet", "cello"}
    assert text[excerpt.start : excerpt.end] == excerpt.text


def test_without_a_mark_the_beginning_is_shown() -> None:
    excerpt = excerpt_of("word " * 200, [])

    assert (excerpt.start, excerpt.marks) == (0, ())
    assert len(excerpt.text) <= 320


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 5_000, "ab " * 4_000, "\n" * 900, "🙂" * 700]
)
def test_no_text_is_too_strange(text: str) -> None:
    excerpt = excerpt_of(text, marked(text, "ab|x|🙂"))

    assert len(excerpt.text) <= 320
    assert text[excerpt.start : excerpt.end] == excerpt.text
