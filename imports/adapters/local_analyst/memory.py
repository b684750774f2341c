"""Tells verified facts as the memory section: grouped, dated, the best proven first."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from imports.ports import KnownFact, MemoryMaterial, Statistics

_ORDER = (
    "identity",
    "location",
    "family",
    "work",
    "education",
    "project",
    "goal",
    "skill",
    "preference",
    "health",
    "habit",
    "event",
    "belief",
    "style",
)
_PER_GROUP = 10
_TOPIC_SLOTS = ("likes", "project", "learning", "uses", "favorite", "business")
_IN_SUMMARY = (
    "name",
    "occupation",
    "employer",
    "home",
    "origin",
    "relation",
    "project",
    "goal",
)


def memory(material: MemoryMaterial) -> dict[str, Any]:
    """Give the memory section."""
    current = [fact for fact in material.facts if fact.is_current]
    ranked = sorted(current, key=lambda fact: (-fact.confidence, fact.slot, fact.statement))
    return {
        "memory": {
            "summary": _summary(ranked, material.statistics),
            "groups": _groups(ranked),
            "timeline": _timeline(material.facts),
            "topics": _topics(ranked),
        }
    }


def _groups(ranked: list[KnownFact]) -> list[dict[str, Any]]:
    by_category: dict[str, list[KnownFact]] = defaultdict(list)
    for fact in ranked:
        by_category[fact.category].append(fact)
    known = [
        *(name for name in _ORDER if name in by_category),
        *sorted(by_category.keys() - set(_ORDER)),
    ]
    return [
        {
            "category": name,
            "facts": [_told(fact) for fact in by_category[name][:_PER_GROUP]],
        }
        for name in known
    ]


def _told(fact: KnownFact) -> dict[str, Any]:
    return {
        "statement": fact.statement,
        "since": f"{fact.at:%Y-%m-%d}" if fact.at else None,
        "confidence": round(fact.confidence, 2),
    }


def _timeline(facts: tuple[KnownFact, ...]) -> list[dict[str, str]]:
    """Tell events, and what replaced something else, in the order of time."""
    changed = {fact.slot for fact in facts if not fact.is_current and fact.slot}
    dated = [
        (f"{fact.at:%Y-%m}", fact.statement)
        for fact in facts
        if fact.at and (fact.category == "event" or fact.slot in changed)
    ]
    return [{"date": date, "event": event} for date, event in sorted(set(dated))][:24]


def _topics(ranked: list[KnownFact]) -> list[str]:
    values = (fact.value for fact in ranked if fact.slot in _TOPIC_SLOTS and fact.value)
    return list(dict.fromkeys(values))[:12]


def _summary(ranked: list[KnownFact], statistics: Statistics) -> str | None:
    if not ranked:
        return None
    by_slot: dict[str, list[str]] = defaultdict(list)
    for fact in ranked:
        by_slot[fact.slot].append(fact.statement.removeprefix("User ").rstrip("."))
    said = [sentence for slot in _IN_SUMMARY for sentence in by_slot[slot][:2]]
    sentences = [f"{each[0].upper()}{each[1:]}." for each in said if each]
    return " ".join([*sentences, _reach(ranked, statistics)])[:1_200]


def _reach(ranked: list[KnownFact], statistics: Statistics) -> str:
    text = f"{len(ranked)} facts"
    if statistics.conversations:
        text += f" from {statistics.conversations} conversations"
    if statistics.first_at and statistics.last_at:
        text += f" between {statistics.first_at:%B %Y} and {statistics.last_at:%B %Y}"
    return text + "."
