"""Makes one account of many verified facts: the same said twice, said better, no longer true.

    exact repeats -> blocks by category and slot -> near repeats with the same names and numbers
    -> of what one can have only once, the newest holds -> the vaguer is part of the clearer
    -> what is still in doubt, a language model decides (``doubts``)

The order in which facts arrive makes no difference: everything is sorted by what was said and when.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz

from imports.pipeline.facts.learned import (
    BASE,
    DENIALS,
    WORDS,
    Learned,
    by_engine,
    end,
    mark,
    marks_of,
    merge,
    settle,
)
from imports.pipeline.facts.verification import Candidate, normal

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
# To study Finnish and to be learning it are one thing.
LEARNING = frozenset({"learning", "studies"})
# A part of these says the same; who leaves New York for York has moved.
_SAID_SHORTER = frozenset({"name", "occupation"})
_TOGETHER = re.compile(
    r"(?<!business )\b(?:wife|husband|partner|girlfriend|boyfriend|fianc\w+|spouse|married|engaged)\b",
    re.I,
)
_PARTED = re.compile(
    r"(?:user )?(?:(?:is|was|got|has|been|getting|now|newly|recently) )*"
    r"(?:broken? up|split up|separated|divorced|widowed)\b",
    re.I,
)
_SAME_SCORE = 90
# Beyond this, a block is only searched for the same words in another order.
_PAIRWISE_LIMIT = 600
_LITTLE = frozenset(
    {"a", "an", "the", "is", "has", "to", "of", "in", "on", "for", "with", "and"}
)


def consolidate(candidates: Iterable[Candidate], *, user_id: uuid.UUID) -> list[Learned]:
    """Make one account of candidates, in any order; superseded facts stay, marked as such."""
    blocks: dict[tuple[str, str], list[Learned]] = defaultdict(list)
    for fact in _exact(candidates, user_id):
        blocks[_block_of(fact)].append(fact)
    account: list[Learned] = []
    for _, block in sorted(blocks.items()):
        distinct = _without_repeats(block)
        _supersede(distinct)
        _subsume(distinct)
        account += distinct
    _part(account)
    settle(account)
    return sorted(account, key=lambda fact: (fact.category, fact.slot, fact.statement))


def _block_of(fact: Learned) -> tuple[str, str]:
    """Name the facts that a fact is compared with."""
    if fact.slot in LEARNING:
        return ("", "learning")
    # One home is one home, whether it was filed under location or identity.
    return ("" if fact.slot in SINGLE_VALUED else fact.category, fact.slot)


def _exact(candidates: Iterable[Candidate], user_id: uuid.UUID) -> Iterator[Learned]:
    same: dict[uuid.UUID, list[Candidate]] = defaultdict(list)
    for each in candidates:
        about = each.slot or each.category
        same[uuid.uuid5(user_id, f"{about}\n{normal(each.statement)}")].append(each)
    for fact_id, group in sorted(same.items()):
        yield _learned(fact_id, group)


def _learned(fact_id: uuid.UUID, group: list[Candidate]) -> Learned:
    ordered = sorted(group, key=lambda each: (-BASE[each.basis], each.statement, each.kind))
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
        engine=min((each.engine for each in group), key=by_engine),
        words=frozenset(WORDS.findall(normal(best.statement))),
        marks=marks_of(best.statement),
    )


_KIND_ORDER = ("durable", "temporary", "plan", "event")


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
            merge(twin, fact)
    return kept


def _says_the_same(one: Learned, other: Learned) -> bool:
    if one.slot in LEARNING and one.value and normal(one.value) == normal(other.value):
        return True
    lengths = sorted((len(one.statement), len(other.statement)))
    if lengths[0] < 0.7 * lengths[1]:
        return False  # the longer one says more: that is subsumption
    return bool(
        fuzz.token_set_ratio(normal(one.statement), normal(other.statement)) >= _SAME_SCORE
    )


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
    newest, *older = sorted(stated, key=lambda fact: fact.newness, reverse=True)
    winner = newest
    # Who is a pediatric nurse, and then a nurse, has not changed.
    if older and newest.slot in _SAID_SHORTER and _is_part(newest.value, older[0].value):
        winner = older[0]
    for fact in rivals:
        if fact is winner:
            continue
        if _is_part(fact.value, winner.value):
            mark(fact, winner, "subsumed")
        elif fact.newness < newest.newness:
            end(fact, winner)


def _is_part(value: str, whole: str) -> bool:
    words = set(WORDS.findall(normal(value)))
    return bool(words) and words <= set(WORDS.findall(normal(whole)))


def _part(account: list[Learned]) -> None:
    """Let a parting end who was together with the person until then."""
    of_both = [
        fact
        for fact in account
        if fact.slot in ("relation", "status") and _TOGETHER.search(fact.statement)
    ]
    for parting in filter(lambda fact: _PARTED.match(fact.statement), account):
        for fact in of_both:
            if not fact.superseded_by and fact.newness[0] <= parting.newness[0]:
                end(fact, parting)


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
            and fact.marks & DENIALS == other.marks & DENIALS
            and fact.kind == other.kind
            and not other.superseded_by
        ]
        if clearer:
            mark(fact, min(clearer, key=_by_proof), "subsumed")
