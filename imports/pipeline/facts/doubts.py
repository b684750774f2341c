"""Lets the language model decide what rules cannot: the same in other words, or no longer true.

Only facts that have a telling word in common are doubtful, and only the numbers of facts come back.
A fact is dropped only for one that has all its names and numbers, and ended only by a later one;
whatever else is answered changes nothing. Without money, or when the model declines, the account
stays as the rules made it.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from imports.errors import PermanentFailure
from imports.models import ImportJob, StageName
from imports.pipeline.answers import UnusableAnswer, read_object
from imports.pipeline.facts.learned import Learned, absorb, end, settle
from imports.pipeline.facts.reading import Reading
from imports.pipeline.facts.support import telling_stems
from imports.pipeline.ledger import Answered, Question, Waiting, ask_all
from imports.pipeline.prompts import VERSIONS, fact_lines, system_prompt
from imports.ports import (
    ConsolidationMaterial,
    KnownFact,
    ModelRequest,
    Ports,
    Progress,
)

logger = logging.getLogger(__name__)

MOST_PER_CALL = 60
MOST_PER_GROUP = 20
MOST_CALLS = 5
MAX_TOKENS = 1_500
# A word in more facts than this joins them to nothing: "works", "daughter" of a big family.
COMMON = 8

Group = list[Learned]


def decide(
    job: ImportJob, ports: Ports, account: list[Learned], reading: Reading
) -> Generator[Progress, None, None]:
    """Ask about what is doubtful in an account, and put it right there."""
    if ports.language_model.engine == ports.stand_in.engine:
        return  # it would be the rules again
    batches = list(_batched(doubtful(account)))[:MOST_CALLS]
    questions = [Question(key=batch, request=request_for(batch)) for batch in batches]
    decided: Counter[str] = Counter()
    try:
        for event in ask_all(job, ports, questions, stage=StageName.FACTS):
            if not isinstance(event, Waiting):
                _take(event, decided)
            yield reading.progress(event.in_flight)
    except PermanentFailure as failure:
        decided[failure.code] += 1
    settle(account)
    reading.rejected.update(decided)
    if batches:
        logger.info("job %s: %s doubts, %s", job.id, len(batches), dict(+decided))


def doubtful(account: Iterable[Learned]) -> list[Group]:
    """Give groups of facts that hold and have a telling word in common, the best proven first."""
    holders: dict[str, Group] = defaultdict(list)
    for fact in account:
        if fact.superseded_by is None:
            for stem in telling_stems(f"{fact.statement} {fact.value}"):
                holders[stem].append(fact)
    groups = _joined(facts for facts in holders.values() if 2 <= len(facts) <= COMMON)
    told = [sorted(group, key=_by_time)[-MOST_PER_GROUP:] for group in groups]
    return sorted(told, key=lambda group: (-max(f.confidence for f in group), group[0].id))


def _by_time(fact: Learned) -> tuple[float, float, str]:
    return fact.newness


def _joined(sets: Iterable[Group]) -> Iterable[Group]:
    """Join sets of facts that overlap."""
    group_of: dict[Any, Group] = {}
    for facts in sets:
        joined: dict[Any, Learned] = {}
        for fact in facts:
            joined |= {each.id: each for each in group_of.get(fact.id, [fact])}
        whole = list(joined.values())
        group_of.update(dict.fromkeys(joined, whole))
    return {id(group): group for group in group_of.values()}.values()


def request_for(batch: list[Group]) -> ModelRequest:
    """Put groups of facts into a request."""
    known = tuple(tuple(map(_known, group)) for group in batch)
    lines: list[str] = []
    number = 1
    for group in known:
        lines += [*fact_lines(group, first_number=number), ""]
        number += len(group)
    return ModelRequest(
        purpose="consolidation",
        prompt_version=VERSIONS["consolidation"],
        system=system_prompt("consolidation"),
        prompt="\n".join(lines),
        schema=_SCHEMA,
        max_tokens=MAX_TOKENS,
        material=ConsolidationMaterial(groups=known),
    )


def _batched(groups: Iterable[Group]) -> Iterator[list[Group]]:
    batch: list[Group] = []
    size = 0
    for group in groups:
        if batch and size + len(group) > MOST_PER_CALL:
            yield batch
            batch, size = [], 0
        batch.append(group)
        size += len(group)
    if batch:
        yield batch


def _take(outcome: Answered[list[Group]], decided: Counter[str]) -> None:
    if outcome.answer is None or outcome.answer.stop_reason == "refusal":
        decided["doubts_undecided"] += 1
        return
    try:
        answer = read_object(outcome.answer.text).value
    except UnusableAnswer:
        decided["doubts_undecided"] += 1
        return
    place_of = dict(enumerate((f for group in outcome.key for f in group), 1))
    group_of = {id(f): n for n, group in enumerate(outcome.key) for f in group}
    for facts in _lists(answer, "dup", place_of):
        for drop in facts[1:]:
            if group_of[id(drop)] == group_of[id(facts[0])] and _may_drop(drop, facts[0]):
                absorb(facts[0], drop)
                decided["doubts_repeated"] += 1
    for facts in _lists(answer, "sup", place_of):
        old, new = facts[0], facts[-1]
        if group_of[id(old)] == group_of[id(new)] and _may_end(old, new):
            end(old, new)
            decided["doubts_ended"] += 1


def _lists(
    answer: Mapping[str, Any], name: str, place_of: Mapping[int, Learned]
) -> Iterator[list[Learned]]:
    """Yield the lists of an answer that name two facts or more, all of them shown."""
    lists = answer.get(name)
    for numbers in lists if isinstance(lists, list) else ():
        if isinstance(numbers, list):
            known = [place_of[n] for n in numbers if type(n) is int and n in place_of]
            if len(known) == len(numbers) == len(set(numbers)) and len(known) > 1:
                yield known


def _may_drop(drop: Learned, keep: Learned) -> bool:
    """Nothing that only the dropped one knows may be lost."""
    return (
        not (drop.superseded_by or keep.superseded_by)
        and drop.marks <= keep.marks
        and drop.kind == keep.kind
    )


def _may_end(old: Learned, new: Learned) -> bool:
    return not (old.superseded_by or new.superseded_by) and old.newness < new.newness


def _known(fact: Learned) -> KnownFact:
    return KnownFact(
        category=fact.category,
        slot=fact.slot,
        statement=fact.statement,
        value=fact.value,
        confidence=fact.confidence,
        at=fact.last_seen_at,
        since=fact.valid_from,
    )


_NUMBERS = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
_SCHEMA = {
    "type": "object",
    "properties": {"dup": _NUMBERS, "sup": _NUMBERS},
    "required": ["dup", "sup"],
    "additionalProperties": False,
}
