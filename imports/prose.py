"""A soulprint as text that people read: sections, headings, sentences and lists.

The sections are JSON objects for a companion's configuration; which fields they have is the
business of the pass that wrote them, so any field is set by the shape of its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

TITLES = {
    "soul": ("Soul", "How your companion speaks with you"),
    "identity": ("Identity", "Who your companion is"),
    "user": ("You", "Who you are, as far as your conversations tell"),
    "agents": ("Ways of working", "How your companion goes about a task"),
    "tools": ("Tools", "What you work with"),
    "memory": ("Memory", "What your companion remembers"),
}

# PostgreSQL gives the keys of a JSON object back by their length: this is the order in which
# people read them. A field that is not named here comes last.
_ORDER = (
    "summary", "name", "ai_name", "archetype", "vibe", "greeting", "communication_style", "tone",
    "humor", "values", "boundaries", "explicit_instructions", "occupation", "location", "origin",
    "relationships", "interests", "goals", "projects", "health", "preferences", "languages",
    "active_hours", "life_context", "response_style", "working_agreements", "do_not", "task_mix",
    "named_tools", "code_languages", "chatgpt_tools", "models_used", "output_preferences",
    "topics", "groups", "timeline", "category", "facts", "statement", "task", "share", "date",
    "event", "since", "confidence",
)  # fmt: skip
# Names of kinds of facts, in the order in which people read them; the others come after these.
_KINDS = {
    "identity": "Identity", "location": "Location", "family": "Family", "work": "Work",
    "education": "Education", "project": "Projects", "goal": "Goals", "skill": "Skills",
    "preference": "Preferences", "health": "Health", "habit": "Habits", "event": "Events",
    "belief": "Beliefs", "style": "Style",
}  # fmt: skip
_WORD = 28  # characters; what is longer is a sentence
_DOUBTFUL = 0.5
_DATE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?")
_MARKUP = re.compile(r"([\\\\`*_\[\]<>#|])")
_RANK = {key: rank for rank, key in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One field: a heading, and its value as sentences, as a list, or as named values."""

    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    are_facts: bool = False  # the items are sentences, however short

    @property
    def is_short(self) -> bool:
        """Tell whether the items are single words rather than sentences."""
        return not self.are_facts and all(len(item) <= _WORD for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    name: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]


def read_sections(sections: Mapping[str, Any]) -> list[Section]:
    """Set the sections in their order; one without content has no blocks."""
    return [
        Section(
            name=name, title=title, subtitle=subtitle, blocks=_blocks(sections.get(name))
        )
        for name, (title, subtitle) in TITLES.items()
        if sections.get(name) is not None
    ]


def is_doubtful(confidence: float) -> bool:
    """Tell whether something was only implied, which is less sure than what was said."""
    return confidence < _DOUBTFUL


def kind_title(category: str) -> str:
    """Name a kind of facts as a heading."""
    return _KINDS.get(category) or _words(category)


def kind_rank(category: str) -> tuple[int, str]:
    """Tell where a kind of facts comes among the others."""
    known = list(_KINDS)
    return (known.index(category) if category in _KINDS else len(known), category)


def made_by(*, engine: str, model: str) -> str:
    """Say honestly who wrote it."""
    if engine == "local":
        return "Made without a language model, by counting and matching on this machine"
    return f"Written by {model}"


def as_markdown(
    sections: Mapping[str, Any], *, title: str, subtitle: str = ""
) -> Iterator[str]:
    """Set the sections as Markdown, one heading, paragraph or item after the other."""
    yield f"# {plain(title)}"
    if subtitle:
        yield f"*{plain(subtitle)}*"
    for section in read_sections(sections):
        yield f"## {section.title}"
        for block in section.blocks:
            if block.title:
                yield f"### {plain(block.title)}"
            yield from map(plain, block.paragraphs)
            yield from (f"- {plain(item)}" for item in block.items)
            yield from (
                f"- **{plain(name)}**: {plain(value)}" for name, value in block.pairs
            )


def plain(text: str) -> str:
    """Keep a text from being read as Markdown, or as HTML inside it."""
    one_line = " ".join(text.split())
    return _MARKUP.sub(r"\\\1", one_line)


def _blocks(section: Any) -> tuple[Block, ...]:
    if not isinstance(section, Mapping):
        return _some(_block("", section))
    return tuple(block for key, value in _in_order(section) for block in _field(key, value))


def _field(key: str, value: Any) -> Iterator[Block]:
    """Set a field; a list of groups, each a name and its list, becomes a block per group."""
    if isinstance(value, list) and value and all(map(_is_group, value)):
        for group in value:
            (_, name), (_, members) = _in_order(group)
            yield from _some(_block(kind_title(str(name)), members))
    else:
        yield from _some(_block(_words(key), value))


def _is_group(value: Any) -> bool:
    if not isinstance(value, Mapping) or len(value) != 2:
        return False
    (_, name), (_, members) = _in_order(value)
    return isinstance(name, str) and isinstance(members, list)


def _in_order(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(value.items(), key=lambda item: _RANK.get(item[0], len(_RANK)))


def _some(block: Block | None) -> tuple[Block, ...]:
    return (block,) if block else ()


def _block(title: str, value: Any) -> Block | None:
    match value:
        case None | "" | [] | {} | ():
            return None
        case str():
            return Block(title=title, paragraphs=tuple(_paragraphs(value)))
        case Mapping():
            pairs = tuple((_words(key), _line(inner)) for key, inner in _in_order(value))
            pairs = tuple(pair for pair in pairs if pair[1])
            return Block(title=title, pairs=pairs) if pairs else None
        case list() | tuple():
            return _list_block(title, value)
    return Block(title=title, paragraphs=(_line(value),))


def _list_block(title: str, values: Sequence[Any]) -> Block | None:
    if all(isinstance(value, Mapping) and len(value) == 2 for value in values):
        rows = [[_line(inner) for _, inner in _in_order(value)] for value in values]
        return Block(title=title, pairs=tuple((left, right) for left, right in rows))
    are_facts = all(isinstance(value, Mapping) and "statement" in value for value in values)
    items = tuple(line for line in map(_fact if are_facts else _line, values) if line)
    return Block(title=title, items=items, are_facts=are_facts) if items else None


def _fact(value: Mapping[str, Any]) -> str:
    """Tell a fact, and in words from when it is and whether it is sure."""
    sure = value.get("confidence")
    is_unsure = isinstance(sure, int | float) and is_doubtful(sure)
    notes = [_line(value.get("since")), "not certain" if is_unsure else ""]
    told = _line(value["statement"])
    beside = ", ".join(filter(None, notes))
    return f"{told} ({beside})" if beside else told


def _paragraphs(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split("\n\n") if part.strip())


def _line(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value * 100:.0f}\u00a0%" if 0 <= value <= 1 else f"{value:g}"
        case Mapping():
            parts = (_line(inner) for _, inner in _in_order(value))
            return " · ".join(part for part in parts if part)
        case list() | tuple():
            return ", ".join(part for part in map(_line, value) if part)
    return _date(str(value).strip())


def _date(text: str) -> str:
    """Say a date in words; other texts stay as they are."""
    found = _DATE.fullmatch(text)
    if not found:
        return text
    month = f"{date(2000, int(found[2]), 1):%B} {found[1]}"
    return f"{int(found[3])} {month}" if found[3] else month


def _words(key: str) -> str:
    words = key.replace("_", " ").strip()
    return (
        (words[:1].upper() + words[1:]).replace("Ai ", "AI ").replace("Chatgpt", "ChatGPT")
    )
