"""Excerpts of hits: short, cut between words, and with the words that were asked for."""

from __future__ import annotations

import re

import pytest

from imports.search.excerpts import Mark, excerpt_of


def marked(text: str, pattern: str) -> list[Mark]:
    return [Mark(start=m.start(), end=m.end()) for m in re.finditer(pattern, text)]


def test_a_short_text_is_shown_whole() -> None:
    text = "Well. My sister plays the cello."

    excerpt = excerpt_of(text, marked(text, "cello"), around=6)

    assert (excerpt.text, excerpt.marks) == (text, (Mark(start=26, end=31),))


def test_the_best_line_is_shown_from_where_it_begins() -> None:
    text = "cello cello cello. " + "word " * 200 + "The cello of my sister. " + "word " * 90

    excerpt = excerpt_of(text, marked(text, "cello|sister"), around=text.index("The"))

    assert excerpt.text.startswith("The cello of my sister. word")
    assert len(excerpt.text) <= 320
    assert [excerpt.text[m.start : m.end] for m in excerpt.marks] == ["cello", "sister"]


def test_a_line_that_comes_to_the_point_late_is_shown_a_little_before_that() -> None:
    text = "Well, " + "word " * 40 + "the cello of my sister. " + "word " * 90

    excerpt = excerpt_of(text, marked(text, "cello|sister"), around=0)

    assert excerpt.text.startswith("word word")
    assert 0 < excerpt.marks[0].start <= 60
    assert text[excerpt.start : excerpt.end] == excerpt.text


def test_an_excerpt_begins_and_ends_with_whole_words() -> None:
    text = "alphabet " * 60 + "cello " + "alphabet " * 60

    excerpt = excerpt_of(text, marked(text, "cello"), around=text.index("cello") - 200)

    assert set(excerpt.text.split()) == {"alphabet", "cello"}


def test_without_a_mark_the_line_is_shown() -> None:
    excerpt = excerpt_of("word " * 200, [], around=200)

    assert (excerpt.start, excerpt.marks) == (200, ())
    assert len(excerpt.text) <= 320


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 5_000, "ab " * 4_000, "\n" * 900, "🙂" * 700]
)
@pytest.mark.parametrize("share", [0, 0.3, 1])
def test_no_text_is_too_strange(text: str, share: float) -> None:
    excerpt = excerpt_of(text, marked(text, "ab|x|🙂"), around=int(share * len(text)))

    assert len(excerpt.text) <= 320
    assert text[excerpt.start : excerpt.end] == excerpt.text
