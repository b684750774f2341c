"""Facts as a model answers them: their schema, and each checked for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from imports.pipeline import safety

Category = Literal[
    "identity",
    "location",
    "family",
    "work",
    "education",
    "skill",
    "preference",
    "style",
    "goal",
    "project",
    "health",
    "habit",
    "event",
    "belief",
]
Kind = Literal["durable", "temporary", "plan", "event"]
Basis = Literal["stated", "implied"]
SLOTS = [
    *("name", "age", "birth_year", "occupation", "employer", "business", "home", "origin"),
    *("relation", "children", "status", "condition", "allergy", "diet", "pregnancy"),
    *("likes", "dislikes", "prefers", "favorite", "response", "ai_name", "uses", "skill"),
    *("experience", "learning", "language", "goal", "project", "event", "habit"),
    *("religion", "value", "degree", "school", "student", "studies"),
]
LONGEST = 240


class WireFact(BaseModel):
    """One fact of an answer."""

    model_config = ConfigDict(extra="forbid")

    c: Category
    slot: str | None = None
    s: Annotated[str, Field(min_length=6, max_length=LONGEST)]
    v: Annotated[str, Field(max_length=160)] | None = None
    m: Annotated[list[int], Field(min_length=1, max_length=20)]
    q: Annotated[str, Field(min_length=4, max_length=400)]
    k: Kind = "durable"
    d: str | None = None
    b: Basis = "stated"

    @field_validator("slot")
    @classmethod
    def _known(cls, slot: str | None) -> str | None:
        return slot if slot in SLOTS else None

    @field_validator("s", "v")
    @classmethod
    def _safe(cls, text: str | None) -> str | None:
        if text is None:
            return None
        cleaned = safety.clean(text)
        if not safety.is_safe_statement(cleaned):
            raise ValueError("not fit for a soulprint")
        return cleaned


def facts_in(answer: Mapping[str, Any], rejected: Counter[str]) -> Iterator[WireFact]:
    """Yield the facts that keep to the schema and are safe; the others are counted."""
    items = answer.get("facts")
    if not isinstance(items, list):
        rejected["no_list"] += 1
        return
    for item in items:
        try:
            yield WireFact.model_validate(item)
        except ValidationError as error:
            field = error.errors()[0]["loc"]
            rejected[f"field_{field[0]}" if field else "no_object"] += 1


def schema() -> dict[str, Any]:
    """Give the schema of an answer with facts."""
    text_or_null = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    properties = {
        "c": {"type": "string", "enum": list(get_args(Category))},
        "slot": {"anyOf": [{"type": "string", "enum": SLOTS}, {"type": "null"}]},
        "s": {"type": "string"},
        "v": text_or_null,
        "m": {"type": "array", "items": {"type": "integer"}},
        "q": {"type": "string"},
        "k": {"type": "string", "enum": list(get_args(Kind))},
        "d": text_or_null,
        "b": {"type": "string", "enum": list(get_args(Basis))},
    }
    fact = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"facts": {"type": "array", "items": fact}},
        "required": ["facts"],
        "additionalProperties": False,
    }
