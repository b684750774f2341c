"""What a fact says has to be said in the messages that it cites."""

from __future__ import annotations

from typing import Any

import pytest

from imports.pipeline.facts.support import objection
from imports.pipeline.facts.verification import normal
from imports.pipeline.facts.wire import WireFact

TEXT = (
    "I\u2019ve been baking sourdough since I stopped eating meat. My wife keeps the studies"
    " of Finnish grammar on the shelf, so what should go beside them?"
)


def objected(text: str = TEXT, **fields: Any) -> str:
    fact = WireFact.model_validate(
        {"c": "habit", "m": [1], "q": "I've been baking sourdough", **fields}
    )
    return objection(fact, evidence=normal(text))


@pytest.mark.parametrize("basis", ["stated", "implied"])
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"s": "User plays the banjo", "v": "banjo"}, "value_not_found"),
        ({"s": "User plays the banjo", "v": None}, "value_not_found"),
        ({"s": "User bakes sourdough bread rolls", "v": "bread rolls"}, "value_not_found"),
        ({"s": "User plays the banjo", "v": "sourdough"}, "statement_not_found"),
        ({"s": "User runs every morning", "v": "runs every morning"}, "value_not_found"),
        ({"s": "User works at night", "v": None}, "value_not_found"),
        (
            {"s": "User studies Finnish", "v": "Finnish", "q": "beside them?"},
            "quote_beside_the_point",
        ),
    ],
)
def test_a_real_quote_does_not_carry_what_was_not_said(
    fields: dict[str, Any], reason: str, basis: str
) -> None:
    assert objected(**fields, b=basis) == reason


@pytest.mark.parametrize(
    "fields",
    [
        {"s": "User bakes sourdough", "v": "sourdough"},
        {"s": "User bakes sourdough", "v": None},
        {"s": "User studies Finnish grammar", "v": "Finnish", "q": "studies of Finnish"},
        {"s": "User has been baking", "v": "baking sourdough"},
    ],
)
def test_what_was_said_stands_in_any_inflection(fields: dict[str, Any]) -> None:
    assert objected(**fields) == ""


@pytest.mark.parametrize(
    ("fields", "is_carried"),
    [
        (
            {"s": "User is vegetarian", "v": "vegetarian", "q": "I stopped eating meat"},
            True,
        ),
        ({"s": "User is married", "v": "married", "q": "My wife keeps"}, True),
        ({"s": "User is divorced", "v": "divorced", "q": "My wife keeps"}, False),
        ({"s": "User is a student", "v": "student", "q": "I stopped eating"}, False),
    ],
)
def test_what_was_implied_needs_a_word_that_implies_it(
    fields: dict[str, Any], is_carried: bool
) -> None:
    assert (objected(**fields, b="implied") == "") == is_carried


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "Ich arbeite seit zwei Jahren als Krankenpfleger in Graz",
            {"s": "User works as a nurse in Graz", "v": "Krankenpfleger"},
        ),
        ("\u6211\u662f\u62a4\u58eb", {"s": "User is a nurse", "v": "\u62a4\u58eb"}),
        ("Soy enfermera en Bilbao", {"s": "User is a nurse", "v": "enfermeras"}),
    ],
)
def test_of_another_language_the_value_is_looked_for(
    text: str, fields: dict[str, Any]
) -> None:
    assert objected(text, **fields, q=text) == ""
    assert objected(text, **fields | {"v": "banjo"}, q=text) == "value_not_found"
