"""A fact with all that proves it, and what can become of it: repeated, ended, part of another."""

from __future__ import annotations

import math
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from imports.pipeline.facts.verification import MOST_EVIDENCE, Evidence, normal

BASE = {"instructions": 0.9, "saved_memory": 0.85, "stated": 0.7, "implied": 0.45}
STAND_IN = "local"  # the engine that works by rules
_NAME_OR_NUMBER = re.compile(r"\d[\d.,:/-]*|(?<=\s)[^\W\d_a-z]\w*")
DENIALS = frozenset(
    {"not", "no", "never", "without", "doesn't", "isn't", "don't", "cannot"}
    | {"quit", "stopped", "former", "formerly", "anymore"}
)
WORDS = re.compile(r"\w[\w'-]*")


@dataclass(slots=True, kw_only=True, eq=False)
class Learned:
    """A fact with all that proves it."""

    id: uuid.UUID
    category: str
    slot: str
    statement: str
    value: str
    kind: str
    basis: str
    valid_from: datetime | None
    evidence: list[Evidence]
    engine: str = ""
    valid_to: datetime | None = None
    superseded_by: Learned | None = None
    superseded_reason: str = ""
    words: frozenset[str] = field(default_factory=frozenset)
    marks: frozenset[str] = field(default_factory=frozenset)

    @property
    def first_seen_at(self) -> datetime | None:
        return min((each.at for each in self.evidence if each.at), default=None)

    @property
    def last_seen_at(self) -> datetime | None:
        return max((each.at for each in self.evidence if each.at), default=None)

    @property
    def conversations(self) -> int:
        return len({each.conversation_id for each in self.evidence})

    @property
    def confidence(self) -> float:
        """Computed from where it was said and how often; never taken from a model."""
        often = 0.08 * math.log2(self.conversations)
        return round(min(0.98, BASE[self.basis] + often), 3)

    @property
    def shown_evidence(self) -> list[Evidence]:
        """The first proof and the latest ones."""
        ordered = sorted(self.evidence, key=lambda each: each.order)
        if len(ordered) <= MOST_EVIDENCE:
            return ordered
        return [ordered[0], *ordered[1 - MOST_EVIDENCE :]]

    @property
    def newness(self) -> tuple[float, float, str]:
        said = self.last_seen_at.timestamp() if self.last_seen_at else 0.0
        since = self.valid_from.timestamp() if self.valid_from else 0.0
        return (said, since, self.statement)


def absorb(fact: Learned, repeat: Learned) -> None:
    """Make a fact hold the proofs of another one that says the same; that one stays, marked."""
    merge(fact, repeat)
    mark(repeat, fact, "duplicate")


def end(old: Learned, new: Learned) -> None:
    """Let a later fact end an earlier one."""
    mark(old, new, "update")
    old.valid_to = new.valid_from or new.first_seen_at


def settle(account: list[Learned]) -> None:
    """Let what was superseded point to what holds now, over all steps between."""
    for fact in account:
        while fact.superseded_by and fact.superseded_by.superseded_by:
            fact.superseded_by = fact.superseded_by.superseded_by


def merge(fact: Learned, twin: Learned) -> None:
    """Let a fact take over what proves its twin, which is then no fact of its own."""
    fact.evidence = sorted({*fact.evidence, *twin.evidence}, key=lambda each: each.order)
    dates = [date for date in (fact.valid_from, twin.valid_from) if date]
    fact.valid_from = min(dates) if dates else None
    fact.basis = max(fact.basis, twin.basis, key=lambda basis: BASE[basis])
    fact.engine = min(fact.engine, twin.engine, key=by_engine)


def mark(fact: Learned, by: Learned, reason: str) -> None:
    """Note that a fact gave way to another, and why."""
    fact.superseded_by, fact.superseded_reason = by, reason


def by_engine(engine: str) -> tuple[bool, str]:
    """Prefer a language model: what rules have found as well, it has understood."""
    return (engine == STAND_IN, engine)


def marks_of(statement: str) -> frozenset[str]:
    """Give names, numbers and denials: facts that differ in one are different facts."""
    words = set(WORDS.findall(normal(statement)))
    names = {normal(found) for found in _NAME_OR_NUMBER.findall(statement)}
    return frozenset(names | (words & DENIALS))
