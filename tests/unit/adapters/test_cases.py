"""Expressions are found whatever the case, and patterns by the words of a clause."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.adapters.local_analyst import elsewhere, reading
from imports.adapters.local_analyst.cases import EitherCase
from imports.adapters.local_analyst.grammar import Pattern
from imports.adapters.local_analyst.patterns import PATTERNS

SOURCE = r"\bI am\S|\bdear\b[^A-Z]|^é\W"


@pytest.mark.parametrize(
    "text",
    [
        "i AM? No.",
        "Oh Dear, I am! sure",
        "DEAR 1",
        "dear friend",
        "Ça va, DEAR \u1e9e\u212a. I AM?",
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
        "that cat sat in at home: as a nurse, the mom of two is at work 24 hours",
        "on the whole, each of them is on",
        "",
    ],
)
def test_a_pattern_is_tried_where_one_of_its_needles_stands(clause: str) -> None:
    hinted = [
        each
        for each in PATTERNS.all
        if any(needle in clause for needle in each.needles)
        and (not each.also or any(needle in clause for needle in each.also))
    ]

    assert PATTERNS.worth_trying(clause) == hinted


SIGNED = {
    "injection": reading._INJECTION,
    "material": reading._MATERIAL,
    "for another": reading._FOR_ANOTHER,
    "fiction": reading._FICTION,
    "compose": reading._COMPOSE,
    "handed over elsewhere": elsewhere.HANDED_OVER,
    "for another elsewhere": elsewhere.FOR_ANOTHER,
    "invented elsewhere": elsewhere.INVENTED,
}
few = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.parametrize("gate", SIGNED.values(), ids=SIGNED.keys())
@few
@given(data=st.data())
def test_all_that_an_expression_finds_has_one_of_its_signs(
    gate: EitherCase, data: st.DataObject
) -> None:
    found = data.draw(st.from_regex(gate._lower, fullmatch=True))

    assert any(sign in found for sign in gate.signs)


@pytest.mark.parametrize(
    "pattern",
    [each for each in PATTERNS.all if each.also],
    ids=lambda each: f"{each.slot}: {each.needles[0]}",
)
@few
@given(data=st.data())
def test_all_that_a_pattern_matches_has_what_must_be_there_as_well(
    pattern: Pattern, data: st.DataObject
) -> None:
    found = data.draw(st.from_regex(pattern.expression)).lower()

    assert any(needle in found for needle in pattern.also)
