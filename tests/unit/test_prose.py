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
            Block(title="Task mix", pairs=(("coding", "46\u00a0%"),)),
        ),
        (
            # In the order in which PostgreSQL gives keys back: by length.
            {"groups": [{"facts": [{"since": "2023", "statement": "A brother", "confidence": 0.9}], "category": "family"}]},
            Block(title="Family", items=("A brother (2023)",), are_facts=True),
        ),
        (
            {"groups": [{"category": "goal", "facts": [{"statement": "To run", "since": "2024-10", "confidence": 0.45}, {"statement": "To rest", "since": None, "confidence": 0.7}]}]},
            Block(title="Goals", items=("To run (October 2024, not certain)", "To rest"), are_facts=True),
        ),
        (
            {"timeline": [{"date": "2024-10-03", "event": "Moved"}, {"date": "2024-13", "event": "?"}]},
            Block(title="Timeline", pairs=(("3 October 2024", "Moved"), ("2024-13", "?"))),
        ),
    ],
)  # fmt: skip
def test_a_field_is_set_by_the_shape_of_its_value(field: Any, block: Block) -> None:
    assert _blocks(field) == (block,)


def test_fields_come_in_the_order_in_which_people_read_them() -> None:
    blocks = _blocks({"humor": "Dry.", "tone": "Kind.", "new_field": "?", "name": "Ada"})

    assert [block.title for block in blocks] == ["Name", "Tone", "Humor", "New field"]


@pytest.mark.parametrize("unknown", [None, "", [], {}])
def test_what_is_unknown_is_left_out(unknown: Any) -> None:
    assert _blocks({"humor": unknown}) == ()


def test_facts_are_sentences_however_short_they_are() -> None:
    (facts,) = _blocks(
        {"groups": [{"category": "skill", "facts": [{"statement": "Sews"}]}]}
    )
    (words,) = _blocks({"named_tools": ["Sews"]})

    assert (facts.is_short, words.is_short) == (False, True)


def test_sections_come_in_their_order_and_a_missing_one_does_not_come() -> None:
    read = read_sections({"memory": None, "user": {"name": "Ada"}, "soul": {}})

    assert [section.name for section in read] == ["soul", "user"]


def test_the_local_engine_does_not_pass_for_a_language_model() -> None:
    assert made_by(engine="local", model="x").startswith("Made without a language model")
