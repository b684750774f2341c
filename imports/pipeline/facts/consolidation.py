"""Makes one account of many verified facts: the same said twice, said better, no longer true.

    exact repeats -> blocks by category and slot -> near repeats with the same names and numbers
    -> of what one can have only once, the newest holds -> the vaguer is part of the clearer

The order in which facts arrive makes no difference: everything is sorted by what was said and when.
"""

from __future__ import annotations

import math
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rapidfuzz import fuzz

from imports.pipeline.facts.verification import MOST_EVIDENCE, Candidate, Evidence, normal

SINGLE_VALUED = frozenset(
    {
        "name",
        "age",
        "birth_year",
        "occupation",
        "employer",
        "home",
        "origin",
        "diet",
        "status",
    }
    | {"favorite", "ai_name", "pregnancy"}
)
_BASE = {"instructions": 0.9, "saved_memory": 0.85, "stated": 0.7, "implied": 0.45}
_SAME_SCORE = 90
STAND_IN = "local"  # the engine that works by rules
# Beyond this, a block is only searched for the same words in another order.
_PAIRWISE_LIMIT = 600
_WORDS = re.compile(r"\w[\w'-]*")
_NAME_OR_NUMBER = re.compile(r"\d[\d.,:/-]*|(?<=\s)[^\W\d_a-z]\w*")
_DENIALS = frozenset(
    {"not", "no", "never", "without", "doesn't", "isn't", "don't", "cannot"}
)
_LITTLE = frozenset(
    {"a", "an", "the", "is", "has", "to", "of", "in", "on", "for", "with", "and"}
)


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
        return round(min(0.98, _BASE[self.basis] + often), 3)

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


def consolidate(candidates: Iterable[Candidate], *, user_id: uuid.UUID) -> list[Learned]:
    """Make one account of candidates, in any order; superseded facts stay, marked as such."""
    blocks: dict[tuple[str, str], list[Learned]] = defaultdict(list)
    for fact in _exact(candidates, user_id):
        # One home is one home, whether it was filed under location or identity.
        category = "" if fact.slot in SINGLE_VALUED else fact.category
        blocks[category, fact.slot].append(fact)
    account: list[Learned] = []
    for _, block in sorted(blocks.items()):
        distinct = _without_repeats(block)
        _supersede(distinct)
        _subsume(distinct)
        account += distinct
    _point_to_the_current(account)
    return sorted(account, key=lambda fact: (fact.category, fact.slot, fact.statement))


def _exact(candidates: Iterable[Candidate], user_id: uuid.UUID) -> Iterator[Learned]:
    same: dict[uuid.UUID, list[Candidate]] = defaultdict(list)
    for each in candidates:
        about = each.slot or each.category
        same[uuid.uuid5(user_id, f"{about}\n{normal(each.statement)}")].append(each)
    for fact_id, group in sorted(same.items()):
        yield _learned(fact_id, group)


def _learned(fact_id: uuid.UUID, group: list[Candidate]) -> Learned:
    ordered = sorted(
        group, key=lambda each: (-_BASE[each.basis], each.statement, each.kind)
    )
    best = ordered[0]
    dates = sorted(each.valid_from for each in group if each.valid_from)
    return Learned(
        id=fact_id,
        category=min(each.category for each in group),
        slot=best.slot,
        statement=best.statement,
        value=max((each.value for each in group), key=lambda value: (len(value), value)),
        kind=min((each.kind for each in ordered), key=_KIND_ORDER.index),
        basis=best.basis,
        valid_from=dates[0] if dates else None,
        evidence=sorted(
            {e for each in group for e in each.evidence}, key=lambda e: e.order
        ),
        engine=min((each.engine for each in group), key=_by_engine),
        words=frozenset(_WORDS.findall(normal(best.statement))),
        marks=_marks(best.statement),
    )


_KIND_ORDER = ("durable", "temporary", "plan", "event")


def _by_engine(engine: str) -> tuple[bool, str]:
    """Prefer a language model: what rules have found as well, it has understood."""
    return (engine == STAND_IN, engine)


def _marks(statement: str) -> frozenset[str]:
    """Give names, numbers and denials: facts that differ in one are different facts."""
    words = set(_WORDS.findall(normal(statement)))
    names = {normal(found) for found in _NAME_OR_NUMBER.findall(statement)}
    return frozenset(names | (words & _DENIALS))


# --- near repeats ----------------------------------------------------------------------------


def _without_repeats(block: list[Learned]) -> list[Learned]:
    """Merge facts that say the same; the best proven wording stays."""
    groups: dict[object, list[Learned]] = defaultdict(list)
    for fact in sorted(block, key=_by_proof):
        groups[fact.marks, fact.kind].append(fact)
    return sorted(
        (fact for group in groups.values() for fact in _merged(group)), key=lambda f: f.id
    )


def _by_proof(fact: Learned) -> tuple[float, int, int, str]:
    return (-fact.confidence, -len(fact.evidence), -len(fact.statement), fact.statement)


def _merged(group: list[Learned]) -> list[Learned]:
    kept: list[Learned] = []
    is_small = len(group) <= _PAIRWISE_LIMIT
    by_words: dict[frozenset[str], Learned] = {}
    for fact in group:
        words = fact.words - _LITTLE
        twin = by_words.get(words)
        if twin is None and is_small:
            twin = next((other for other in kept if _says_the_same(fact, other)), None)
        if twin is None:
            kept.append(fact)
            by_words[words] = fact
        else:
            _absorb(twin, fact)
    return kept


def _says_the_same(one: Learned, other: Learned) -> bool:
    lengths = sorted((len(one.statement), len(other.statement)))
    if lengths[0] < 0.7 * lengths[1]:
        return False  # the longer one says more: that is subsumption
    return bool(
        fuzz.token_set_ratio(normal(one.statement), normal(other.statement)) >= _SAME_SCORE
    )


def _absorb(fact: Learned, twin: Learned) -> None:
    fact.evidence = sorted({*fact.evidence, *twin.evidence}, key=lambda each: each.order)
    dates = [date for date in (fact.valid_from, twin.valid_from) if date]
    fact.valid_from = min(dates) if dates else None
    fact.basis = max(fact.basis, twin.basis, key=lambda basis: _BASE[basis])
    fact.engine = min(fact.engine, twin.engine, key=_by_engine)


# --- what changed ----------------------------------------------------------------------------


def _supersede(block: list[Learned]) -> None:
    """Of what one can have only once, let the newest hold."""
    if not block or block[0].slot not in SINGLE_VALUED:
        return
    by_object: dict[str, list[Learned]] = defaultdict(list)
    for fact in block:
        if fact.kind == "durable":
            by_object[_object_of(fact)].append(fact)
    for rivals in by_object.values():
        _let_the_newest_hold(rivals)


def _object_of(fact: Learned) -> str:
    """Tell one favorite from another: a favorite book does not end a favorite film."""
    if fact.slot != "favorite":
        return ""
    return (
        normal(fact.statement).replace(normal(fact.value), "")
        if fact.value
        else str(fact.id)
    )


def _let_the_newest_hold(rivals: list[Learned]) -> None:
    # What was only implied does not end what was said in so many words.
    stated = [fact for fact in rivals if fact.basis != "implied"] or rivals
    winner = max(stated, key=lambda fact: fact.newness)
    for fact in rivals:
        if fact is winner:
            continue
        if _is_part(fact.value, winner.value):
            _mark(fact, winner, "subsumed")
        elif fact.newness < winner.newness:
            _mark(fact, winner, "update")
            fact.valid_to = winner.valid_from or winner.first_seen_at


def _is_part(value: str, whole: str) -> bool:
    words = set(_WORDS.findall(normal(value)))
    return bool(words) and words <= set(_WORDS.findall(normal(whole)))


def _subsume(block: list[Learned]) -> None:
    """Make "has a dog" part of "has a dog named Pixel"."""
    holders: dict[str, list[Learned]] = defaultdict(list)
    for fact in block:
        for word in fact.words - _LITTLE:
            holders[word].append(fact)
    for fact in block:
        words = fact.words - _LITTLE
        if fact.superseded_by or not words:
            continue
        # Whoever says all of it and more holds its rarest word as well.
        rarest = min(words, key=lambda word: (len(holders[word]), word))
        clearer = [
            other
            for other in holders[rarest][:_PAIRWISE_LIMIT]
            if words < other.words - _LITTLE
            and fact.marks & _DENIALS == other.marks & _DENIALS
            and fact.kind == other.kind
            and not other.superseded_by
        ]
        if clearer:
            _mark(fact, min(clearer, key=_by_proof), "subsumed")


def _mark(fact: Learned, by: Learned, reason: str) -> None:
    fact.superseded_by, fact.superseded_reason = by, reason


def _point_to_the_current(account: list[Learned]) -> None:
    for fact in account:
        while fact.superseded_by and fact.superseded_by.superseded_by:
            fact.superseded_by = fact.superseded_by.superseded_by
