"""What a language model is asked about, as values: messages, excerpts, facts and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedMessage:
    """A text of the person, as it is shown to a model: ids never leave the house."""

    number: int
    text: str
    at: datetime | None
    kind: str = "message"  # message | instructions | saved_memory
    conversation: int = 0  # which texts belong together; again only a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of an excerpt."""

    role: str  # user | assistant
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A conversation, shortened to what is worth reading."""

    title: str
    at: datetime | None
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A verified fact, as later requests may build on it."""

    category: str
    slot: str
    statement: str
    value: str
    confidence: float
    at: datetime | None  # when it was said last
    since: datetime | None = None  # from when it holds, or when it happened, if known
    is_current: bool = True


class Trend(Enum):
    """Whether a person talks of something more or less than they used to."""

    RISING = "rising"
    STEADY = "steady"
    FADING = "fading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A word that many titles have in common."""

    name: str
    conversations: int
    trend: Trend = Trend.STEADY


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What can be counted over the whole history, without reading it."""

    conversations: int = 0
    messages: int = 0
    user_messages: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    by_hour: tuple[int, ...] = ()  # 24 numbers, UTC, messages of the person
    by_month: Mapping[str, int] = field(default_factory=dict)  # "2025-03" -> conversations
    models: Mapping[str, int] = field(default_factory=dict)  # model -> conversations
    topics: tuple[Topic, ...] = ()  # the most talked of first


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionsMaterial:
    """What the sections of a soulprint are written from."""

    excerpts: tuple[Excerpt, ...]
    declared: tuple[NumberedMessage, ...]  # custom instructions, saved memories
    statistics: Statistics
    facts: tuple[KnownFact, ...] = ()  # empty in the quick pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsMaterial:
    """Messages to learn facts from."""

    messages: tuple[NumberedMessage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryMaterial:
    """Facts to be told as the ``memory`` section."""

    facts: tuple[KnownFact, ...]
    statistics: Statistics


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolidationMaterial:
    """Facts in groups of such as may say the same, or end one another."""

    groups: tuple[tuple[KnownFact, ...], ...]


Material = SectionsMaterial | FactsMaterial | MemoryMaterial | ConsolidationMaterial
