"""Tells verified facts as the memory section: grouped, dated, the best proven first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from imports.adapters.local_analyst import telling
from imports.adapters.local_analyst.portrait import ONCE
from imports.adapters.local_analyst.telling import Told
from imports.ports import KnownFact, MemoryMaterial, Statistics, Topic, Trend
from imports.prose import kind_rank

_PER_GROUP = 10
_TOPIC_SLOTS = ("project", "likes", "learning", "favorite", "business")
_TOPICS = 15
_SUMMARY = 1_200
_AHEAD = timedelta(days=270)
_THEN = {"is": "Was", "wants": "Wanted"}
# What replaced something else is told as a change; how that is said depends on what it is.
_CHANGES = {
    "home": "Moved from {old} to {new}",
    "employer": "Left {old} for {new}",
    "occupation": "Went from {old} to {new}",
    "diet": "Went from {old} to {new}",
}


def memory(material: MemoryMaterial) -> dict[str, Any]:
    """Give the memory section."""
    facts = [_in_time(fact, material.statistics.last_at) for fact in material.facts]
    current = _one_of_each([fact for fact in facts if fact.is_current])
    ranked = sorted(current, key=lambda fact: (-fact.confidence, fact.slot, fact.statement))
    return {
        "memory": {
            "summary": _summary(ranked, material.statistics),
            "groups": _groups(ranked),
            "timeline": _timeline(facts),
            "topics": _topics(ranked, material.statistics),
        }
    }


def _one_of_each(current: list[KnownFact]) -> list[KnownFact]:
    """Of what one has once, keep the newest: what was implied ends nothing, but is newer."""
    newest: dict[str, KnownFact] = {}
    for fact in sorted(current, key=_last_said):
        newest[fact.slot] = fact
    return [fact for fact in current if fact.slot not in ONCE or fact is newest[fact.slot]]


def _last_said(fact: KnownFact) -> tuple[float, float, str]:
    return (fact.at.timestamp() if fact.at else 0.0, fact.confidence, fact.statement)


def _in_time(fact: KnownFact, until: datetime | None) -> KnownFact:
    """Tell as past what was ahead, or had a date, long before the person last wrote."""
    is_short = fact.category == "event" or fact.slot == "pregnancy"
    when = fact.since or (fact.at if is_short else None)
    verb, _, rest = fact.statement.removeprefix("User ").partition(" ")
    then = _THEN.get(verb.lower()) if is_short or fact.category == "goal" else None
    if then and when and until and until - when > _AHEAD:
        return replace(fact, statement=f"{then} {rest}")
    return fact


def _groups(ranked: list[KnownFact]) -> list[dict[str, Any]]:
    by_category: dict[str, list[KnownFact]] = defaultdict(list)
    for fact in ranked:
        by_category[fact.category].append(fact)
    return [
        {
            "category": name,
            "facts": [_told(fact) for fact in by_category[name][:_PER_GROUP]],
        }
        for name in sorted(by_category, key=kind_rank)
    ]


def _told(fact: KnownFact) -> dict[str, Any]:
    return {
        "statement": _bare(fact),
        "since": _since(fact),
        "confidence": round(fact.confidence, 2),
    }


def _since(fact: KnownFact) -> str | None:
    """Say from when a fact holds; the day on which it was said is another thing."""
    if fact.slot == "age":
        return f"{fact.at:%Y-%m}" if fact.at else None  # true of that day only
    if fact.since is None:
        return None
    # A date without a day was stored as the first of its month.
    return f"{fact.since:%Y-%m-%d}" if fact.since.day > 1 else f"{fact.since:%Y-%m}"


def _timeline(facts: Sequence[KnownFact]) -> list[dict[str, str]]:
    """Tell events, what began at a known time, and what replaced something else."""
    past = {fact.slot: fact for fact in facts if not fact.is_current}
    entries = {
        (f"{when:%Y-%m}", event)
        for fact in facts
        if fact.is_current and (when := fact.since or fact.at)
        for event in _events(fact, past.get(fact.slot))
    }
    return [{"date": date, "event": event} for date, event in sorted(entries)][:24]


def _events(fact: KnownFact, before: KnownFact | None) -> Iterator[str]:
    if before and fact.slot in _CHANGES and before.value and fact.value:
        yield _CHANGES[fact.slot].format(old=before.value, new=fact.value)
    elif fact.category == "event" or fact.since:
        yield _bare(fact)


def _topics(ranked: list[KnownFact], statistics: Statistics) -> list[str]:
    values = [fact.value for fact in ranked if fact.slot in _TOPIC_SLOTS and fact.value]
    talked_of = [_talked_of(topic) for topic in statistics.topics]
    return list(dict.fromkeys([*values[: _TOPICS // 2], *talked_of]))[:_TOPICS]


_TRENDS = {Trend.RISING: ", more of late", Trend.FADING: ", not of late"}


def _talked_of(topic: Topic) -> str:
    trend = _TRENDS.get(topic.trend, "")
    return f"{topic.name} ({topic.conversations} conversations{trend})"


def _summary(ranked: list[KnownFact], statistics: Statistics) -> str | None:
    if not ranked:
        return None
    by_slot: dict[str, list[Told]] = defaultdict(list)
    for fact in ranked:
        by_slot[fact.slot].append(
            Told(value=fact.value or _bare(fact), statement=_bare(fact))
        )
    told = [
        *telling.standing(by_slot),
        *telling.family(by_slot),
        *telling.taste_and_health(by_slot),
    ]
    reach = _reach(ranked, statistics)
    age = next((fact for fact in ranked if fact.slot == "age"), None)
    named = _named(by_slot, age, told)
    return f"{telling.clipped(named, _SUMMARY - len(reach))} {reach}".strip()


def _named(
    by_slot: dict[str, list[Told]], age: KnownFact | None, sentences: list[str]
) -> list[str]:
    """Begin with the name and the age, if they are known."""
    if not by_slot["name"]:
        return sentences
    name = by_slot["name"][0].value
    if age:
        then = f" in {age.at:%B %Y}" if age.at else ""
        name = f"{name}, {age.value}{then},"
    if not sentences:
        return [f"{name.rstrip(',')}."]
    first, *others = sentences
    return [f"{name} {first[:1].lower()}{first[1:]}", *others]


def _bare(fact: KnownFact) -> str:
    return telling.capital(fact.statement.removeprefix("User ").rstrip(". "))


def _reach(ranked: list[KnownFact], statistics: Statistics) -> str:
    count = len(ranked)
    text = f"Known from {count} fact{'s' if count != 1 else ''}"
    if conversations := statistics.conversations:
        text += f" in {conversations:,} conversation{'s' if conversations != 1 else ''}"
    if statistics.first_at and statistics.last_at:
        first, last = f"{statistics.first_at:%B %Y}", f"{statistics.last_at:%B %Y}"
        text += f" in {first}" if first == last else f" between {first} and {last}"
    return text + "."
