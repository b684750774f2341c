"""Expressions are found whatever the case, and patterns by the words of a clause."""

from __future__ import annotations

import re

import pytest

from imports.adapters.local_analyst import elsewhere, reading
from imports.adapters.local_analyst.cases import EitherCase
from imports.adapters.local_analyst.patterns import PATTERNS, WHOLE
from tests.unit.adapters.proving import may_lack

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


@pytest.mark.parametrize("gate", SIGNED.values(), ids=SIGNED.keys())
def test_all_that_an_expression_finds_has_one_of_its_signs(gate: EitherCase) -> None:
    assert not may_lack(gate._lower.pattern, gate.signs)


@pytest.mark.parametrize("sought", ["needles", "also"])
def test_all_that_a_pattern_matches_has_what_it_is_looked_up_by(sought: str) -> None:
    patterns = (*PATTERNS.all, *WHOLE.all)

    lacking = [
        each
        for each in patterns
        if (words := getattr(each, sought)) and may_lack(each.expression.pattern, words)
    ]

    assert lacking == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a(?:bc|d)", ["ab", "d"]),
        ("[Aa]t +[a-z]+", ["at "]),
        ("(?:x+y)?ab{2,}", ["abb"]),
        ("(?i:Home)", ["home"]),
        ("[2-9]o", [str(number) for number in range(2, 10)]),
    ],
)
def test_what_has_to_stand_there_is_found(source: str, words: list[str]) -> None:
    assert not may_lack(source, words)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a(?:bc|d)", ["ab"]),
        ("(?:home)?less", ["home"]),
        ("(?:ab){0,3}c", ["ab"]),
        ("a.c|a[^x]c", ["abc"]),
        ("(?=home)h", ["home"]),
    ],
)
def test_what_may_be_missing_is_found(source: str, words: list[str]) -> None:
    assert may_lack(source, words)
