"""The six sections of a soulprint: their fields, their schema for a model, and their wall.

An answer is taken apart field by field and item by item. What does not fit, or is not safe in a
later prompt, is left out and counted; one bad item never costs the whole answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from imports.pipeline import safety

ITEMS = 24  # of any list


def _statement(limit: int) -> AfterValidator:
    return _fit(limit, safety.is_safe_statement)


def _wish(limit: int) -> AfterValidator:
    return _fit(limit, safety.is_safe_wish)


def _fit(limit: int, is_safe: Callable[[str], bool]) -> AfterValidator:
    def check(value: str) -> str:
        text = safety.clean(value)
        if not text or not is_safe(text):
            raise ValueError("not fit for a soulprint")
        return _clipped(text, limit)

    return AfterValidator(check)


def _clipped(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + "\u2026"


Short = Annotated[str, _statement(80)]
Line = Annotated[str, _statement(160)]
Paragraph = Annotated[str, _statement(300)]
Wish = Annotated[str, _wish(160)]
Date = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """What the sections have in common: nothing but their own fields."""

    model_config = ConfigDict(extra="forbid")


class Soul(Section):
    communication_style: Wish | None = None
    tone: Line | None = None
    humor: Line | None = None
    values: list[Short] = []
    boundaries: list[Wish] = []
    explicit_instructions: list[Wish] = []


class Identity(Section):
    ai_name: Annotated[str, _statement(40)] | None = None
    archetype: Short | None = None
    vibe: Line | None = None
    greeting: Wish | None = None
    languages: list[Short] = []


class User(Section):
    name: Short | None = None
    occupation: Short | None = None
    location: Short | None = None
    origin: Short | None = None
    languages: list[Short] = []
    relationships: list[Line] = []
    interests: list[Short] = []
    goals: list[Line] = []
    projects: list[Line] = []
    health: list[Line] = []
    preferences: list[Line] = []
    active_hours: Short | None = None
    life_context: Paragraph | None = None


class TaskShare(Section):
    task: Short
    share: Share


class Agents(Section):
    response_style: Wish | None = None
    task_mix: list[TaskShare] = []
    working_agreements: list[Wish] = []
    do_not: list[Wish] = []


class Tools(Section):
    named_tools: list[Short] = []
    code_languages: list[Short] = []
    chatgpt_tools: list[Short] = []
    models_used: list[Short] = []
    output_preferences: list[Wish] = []


class Remembered(Section):
    statement: Annotated[str, _statement(240)]
    since: Date | None = None
    confidence: Share = 0.5


class Group(Section):
    category: Annotated[str, _statement(30)]
    facts: list[Remembered] = []


class DatedEvent(Section):
    date: Date
    event: Line


class Memory(Section):
    summary: Annotated[str, _statement(1_500)] | None = None
    groups: list[Group] = []
    timeline: list[DatedEvent] = []
    topics: list[Short] = []


FIVE: Mapping[str, type[Section]] = {
    "soul": Soul,
    "identity": Identity,
    "user": User,
    "agents": Agents,
    "tools": Tools,
}
CAPS = {"soul": 1_200, "identity": 600, "user": 1_500, "agents": 1_000, "tools": 1_000}
MEMORY_CAP = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Sections that passed the wall, and what did not, by section and field."""

    sections: dict[str, dict[str, Any]]
    dropped: Counter[str] = field(default_factory=Counter)


def take_five(answer: Mapping[str, Any]) -> Taken:
    """Take the five sections from an answer; a missing one is an empty one."""
    dropped: Counter[str] = Counter()
    sections = {
        name: _capped(_take(model, answer.get(name), name, dropped), CAPS[name])
        for name, model in FIVE.items()
    }
    return Taken(sections=sections, dropped=dropped)


def take_memory(answer: Mapping[str, Any]) -> Taken:
    """Take the memory section from an answer; without any, an empty one."""
    dropped: Counter[str] = Counter()
    section = _capped(_take(Memory, answer.get("memory"), "memory", dropped), MEMORY_CAP)
    return Taken(sections={"memory": section}, dropped=dropped)


@cache
def schema_of_five() -> dict[str, Any]:
    """Give the schema of an answer with the five sections."""
    return _object_schema({name: _schema(model) for name, model in FIVE.items()})


@cache
def schema_of_memory() -> dict[str, Any]:
    """Give the schema of an answer with the memory section."""
    return _object_schema({"memory": _schema(Memory)})


def empty(model: type[Section]) -> dict[str, Any]:
    """Give a section of which nothing is known."""
    return model().model_dump()


# --- taking apart ----------------------------------------------------------------------------


def _take(
    model: type[Section], raw: Any, path: str, dropped: Counter[str]
) -> dict[str, Any]:
    if not isinstance(raw, dict):
        dropped[path] += raw is not None
        return empty(model)
    dropped[path] += len(raw.keys() - model.model_fields.keys())
    return {
        name: _field(model, name, raw.get(name), f"{path}.{name}", dropped)
        for name in model.model_fields
    }


def _field(
    model: type[Section], name: str, raw: Any, path: str, dropped: Counter[str]
) -> Any:
    if not isinstance(model.model_fields[name].default, list):
        return _valid(model, name, raw, path, dropped)
    if not isinstance(raw, list):
        dropped[path] += raw is not None
        return []
    taken: list[Any] = []
    for item in raw:
        if name == "groups" and isinstance(item, dict):
            item = {
                **item,
                "facts": _field(Group, "facts", item.get("facts"), path, dropped),
            }
        value = _valid(model, name, [item], path, dropped)
        taken += [each for each in value or () if each not in taken]
    dropped[path] += max(0, len(taken) - ITEMS)
    return taken[:ITEMS]


def _valid(
    model: type[Section], name: str, raw: Any, path: str, dropped: Counter[str]
) -> Any:
    if raw is None:
        return None
    others = {"category": "any"} if model is Group else {}
    try:
        return model.model_validate({**others, name: raw}).model_dump()[name]
    except ValidationError:
        # An empty text is how some models say "unknown": nothing is lost with it.
        dropped[path] += raw not in ("", [""])
        return None


# --- caps ------------------------------------------------------------------------------------


def _capped(section: dict[str, Any], cap: int) -> dict[str, Any]:
    # Lists give way from their ends, the longest first; scalars are short enough by themselves.
    while _size(section) > cap:
        lists = [value for value in section.values() if isinstance(value, list) and value]
        longest = max(lists, key=_size)
        facts = [
            group["facts"]
            for group in longest
            if isinstance(group, dict) and group.get("facts")
        ]
        (max(facts, key=_size) if facts else longest).pop()
    return section


def _size(value: Any) -> int:
    match value:
        case str():
            return len(value)
        case list():
            return sum(map(_size, value))
        case dict():
            return sum(map(_size, value.values()))
    return 0


# --- schema ----------------------------------------------------------------------------------


def _schema(model: type[Section]) -> dict[str, Any]:
    whole = model.model_json_schema()
    plain: dict[str, Any] = _plain(whole, whole.get("$defs", {}))
    return plain


def _plain(node: Any, definitions: Mapping[str, Any]) -> Any:
    """Keep what every provider understands: shape, and no bounds, defaults or references."""
    if isinstance(node, list):
        return [_plain(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rsplit("/", 1)[1]], definitions)
    if "properties" in node:
        return _object_schema(
            {name: _plain(each, definitions) for name, each in node["properties"].items()}
        )
    return {
        key: _plain(node[key], definitions)
        for key in ("type", "items", "anyOf")
        if key in node
    }


def _object_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
