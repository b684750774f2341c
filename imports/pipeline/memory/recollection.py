"""Puts a memory section together from facts, by sorting and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from imports.pipeline.sections import take_memory
from imports.ports import KnownFact

PER_GROUP = 12
EVENTS = 24


def recollect(facts: Sequence[KnownFact]) -> dict[str, Any]:
    """Group facts by category, the best proven first, and date what has a date."""
    groups: dict[str, list[KnownFact]] = defaultdict(list)
    for fact in facts:
        if fact.is_current:
            groups[fact.category].append(fact)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    section = {
        "summary": None,
        "groups": [
            {"category": category, "facts": [_entry(fact) for fact in group[:PER_GROUP]]}
            for category, group in ordered
        ],
        "timeline": _timeline(facts),
        "topics": [],
    }
    return take_memory({"memory": section}).sections["memory"]


def _entry(fact: KnownFact) -> dict[str, Any]:
    since = f"{fact.at:%Y-%m}" if fact.at else None
    return {"statement": fact.statement, "since": since, "confidence": fact.confidence}


def _timeline(facts: Sequence[KnownFact]) -> list[dict[str, str]]:
    dated = [
        (fact.at, fact.statement)
        for fact in facts
        if fact.at and (fact.category == "event" or not fact.is_current)
    ]
    return [
        {"date": f"{at:%Y-%m-%d}", "event": statement}
        for at, statement in sorted(dated)[-EVENTS:]
    ]
