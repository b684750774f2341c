"""Scores what an engine learned against what is known to be true, on exports with a known truth.

A stored fact counts as true when it means a planted one: same slot or category, and its statement
holds the planted value, or its value is nearly that. A planted fact counts as heard when a stored
one means it. Poison is what must not be believed: other people's lives, role play, hypotheticals,
injected instructions (memory reference, section 10).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from imports.models import Conversation, Fact
from imports.synthetic import Fact as Planted
from imports.synthetic import Truth

LEVELS = ("plain", "indirect", "declared")
_NEARLY = 80  # of 100, between the values as sets of words


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    hits: int
    total: int

    def __add__(self, other: Share) -> Share:
        return Share(hits=self.hits + other.hits, total=self.total + other.total)

    @property
    def value(self) -> float | None:
        """Give the share from 0 to 1; None of nothing."""
        return self.hits / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How well a person was understood."""

    precision: Share
    recall: dict[str, Share]  # by level
    changes: Share  # of what changed: the new holds, and the old no longer does
    provenance: Share  # quotes that stand in the message they name
    poison: tuple[str, ...]  # what was believed and must not be, by kind

    def __add__(self, other: Scores) -> Scores:
        return Scores(
            precision=self.precision + other.precision,
            recall={level: self.recall[level] + other.recall[level] for level in LEVELS},
            changes=self.changes + other.changes,
            provenance=self.provenance + other.provenance,
            poison=self.poison + other.poison,
        )


def score(truth: Truth, *, user_id: uuid.UUID) -> Scores:
    """Compare the stored facts of a user with the truth of their export."""
    facts = list(Fact.objects.filter(user_id=user_id).order_by("id"))
    return Scores(
        precision=_share(any(_means(fact, each) for each in truth.facts) for fact in facts),
        recall={
            level: _share(
                any(_means(fact, planted) for fact in facts)
                for planted in truth.facts
                if planted.level == level
            )
            for level in LEVELS
        },
        changes=_share(_changes_understood(truth, facts)),
        provenance=_share(_quotes_that_stand(facts, user_id)),
        poison=tuple(_believed(truth, facts)),
    )


def _means(fact: Fact, planted: Planted) -> bool:
    if fact.slot != planted.slot and fact.category != planted.category:
        return False
    value = _plain(planted.value)
    is_said = value in _plain(fact.statement)
    return is_said or fuzz.token_set_ratio(_plain(fact.value), value) >= _NEARLY


def _changes_understood(truth: Truth, facts: list[Fact]) -> Iterable[bool]:
    """Tell of each change whose new state was heard whether the old one was let go."""
    current = [fact for fact in facts if fact.superseded_by_id is None]
    ended = {(each.slot, each.value) for each in truth.facts if each.valid_to}
    begun = {each.slot: each for each in truth.facts if each.valid_from}
    olds = [each for each in truth.facts if (each.slot, each.value) in ended]
    for slot in sorted({each.slot for each in olds} & begun.keys()):
        if any(_means(fact, begun[slot]) for fact in facts):
            holds = any(_means(fact, begun[slot]) for fact in current)
            lingers = any(
                _means(fact, old) and not _means(fact, begun[slot])
                for fact in current
                for old in olds
                if old.slot == slot == fact.slot
            )
            yield holds and not lingers


def _believed(truth: Truth, facts: list[Fact]) -> Iterable[str]:
    for poison in truth.poison:
        for fact in facts:
            cited = {quote["message_id"] for quote in fact.evidence}
            if poison.message_id in cited and _plain(poison.value) in _plain(
                fact.statement
            ):
                yield poison.kind


def _quotes_that_stand(facts: list[Fact], user_id: uuid.UUID) -> Iterable[bool]:
    conversations: dict[str, Conversation | None] = {}
    for quote in (quote for fact in facts for quote in fact.evidence):
        where = quote["conversation_id"]
        if where not in conversations:
            rows = Conversation.objects.filter(id=where, user_id=user_id)
            conversations[where] = rows.first()
        yield _stands(quote, conversations[where])


def _stands(quote: dict[str, str], conversation: Conversation | None) -> bool:
    if conversation is None:
        return False
    for message_id, _, _, _, start, end, *_ in conversation.spans:
        if message_id == quote["message_id"]:
            return _plain(quote["quote"]) in _plain(conversation.transcript[start:end])
    return False


def _share(outcomes: Iterable[bool]) -> Share:
    seen = list(outcomes)
    return Share(hits=sum(seen), total=len(seen))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()
