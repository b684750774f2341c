"""Expressions are found whatever the case, and patterns by the words of a clause."""

from __future__ import annotations

import re

import pytest

from imports.adapters.local_analyst.cases import EitherCase
from imports.adapters.local_analyst.patterns import PATTERNS

SOURCE = r"\bI am\S|\bdear\b[^A-Z]|^é\W"


@pytest.mark.parametrize(
    "text",
    [
        "i AM? No.",
        "Oh Dear, I am! sure",
        "DEAR 1",
        "dear friend",
        "É, dear !",
        "the İ before dear, and I am.",
        "\u017fo dear!",
        "",
    ],
)
@pytest.mark.parametrize("end", [None, 6])
def test_it_is_found_where_case_does_not_matter(text: str, end: int | None) -> None:
    expected = re.compile(SOURCE, re.I).search(text, 0, len(text) if end is None else end)

    found = EitherCase(SOURCE).find(text, text.lower(), end=end)

    assert found == (range(*expected.span()) if expected else None)


@pytest.mark.parametrize(
    "clause",
    [
        "i'm a nurse and i live in lisbon",
        "from now on\tkeep it short, please",
        "homework: my (first) name is ana",
        "stay-at-home dad of two",
        "ich bin lehrerin",
        "",
    ],
)
def test_a_pattern_is_tried_where_one_of_its_needles_stands(clause: str) -> None:
    hinted = [
        each for each in PATTERNS.all if any(needle in clause for needle in each.needles)
    ]

    assert PATTERNS.worth_trying(clause) == hinted
