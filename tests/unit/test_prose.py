"""How a soulprint is set as text."""

from __future__ import annotations

from typing import Any

import pytest

from imports.prose import Block, made_by, read_sections


def _blocks(section: Any) -> tuple[Block, ...]:
    return read_sections({"soul": section})[0].blocks


@pytest.mark.parametrize(
    ("field", "block"),
    [
        ({"tone": "Dry."}, Block(title="Tone", paragraphs=("Dry.",))),
        ({"tone": "One.\n\nTwo."}, Block(title="Tone", paragraphs=("One.", "Two."))),
        ({"code_languages": ["Python"]}, Block(title="Code languages", items=("Python",))),
        (
            {"task_mix": [{"task": "coding", "share": 0.46}]},
            Block(title="Task mix", pairs=(("coding", "46%"),)),
        ),
        (
            {"groups": [{"category": "family", "facts": [{"s": "A brother.", "since": "2023", "c": 0.9}]}]},
            Block(title="Family", items=("A brother. · 2023 · 90%",)),
        ),
    ],
)  # fmt: skip
def test_a_field_is_set_by_the_shape_of_its_value(field: Any, block: Block) -> None:
    assert _blocks(field) == (block,)


@pytest.mark.parametrize("unknown", [None, "", [], {}])
def test_what_is_unknown_is_left_out(unknown: Any) -> None:
    assert _blocks({"humor": unknown}) == ()


def test_sections_come_in_their_order_and_a_missing_one_does_not_come() -> None:
    read = read_sections({"memory": None, "user": {"name": "Ada"}, "soul": {}})

    assert [section.name for section in read] == ["soul", "user"]


def test_the_local_engine_does_not_pass_for_a_language_model() -> None:
    assert made_by(engine="local", model="x").startswith("Made without a language model")
