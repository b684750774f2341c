"""The ground truth of a synthetic export: what was planted, where, and what is counted.

Slots are those of the fact extractor: ``relation`` covers partner, child, sibling and pet
(the statement says which). One fact may be planted more than once, at most at one level
besides ``declared``; what is planted indirectly is said plainly nowhere.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from imports.synthetic.persona import Persona

Level = Literal["plain", "indirect", "declared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One planting of something true; the quote stands in one of the messages."""

    slot: str
    category: str
    value: str
    statement: str
    level: Level
    valid_from: str | None
    valid_to: str | None
    conversation_id: str
    message_ids: tuple[str, ...]
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """Something that must not be learned about the person."""

    kind: str
    value: str
    conversation_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question for the search, and the one message that answers it."""

    question: str
    conversation_id: str
    message_id: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a reader of the export has to find; ``bytes`` is the JSON, unzipped."""

    bytes: int
    conversations: int
    nodes: int
    messages: int
    messages_by_role: dict[str, int]
    messages_by_content_type: dict[str, int]
    hidden: int
    weight_zero: int
    recipient_not_all: int
    null_titles: int
    project_conversations: int
    do_not_remember: int
    forks: int
    deepest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All that is known about one synthetic export."""

    seed: int
    persona: Persona
    facts: tuple[Fact, ...]
    poison: tuple[Poison, ...]
    questions: tuple[Question, ...]
    totals: Totals

    def to_json(self) -> str:
        """Return the truth as indented JSON."""
        fields = asdict(self)
        return json.dumps(fields, indent=2, ensure_ascii=False, default=str) + "\n"
