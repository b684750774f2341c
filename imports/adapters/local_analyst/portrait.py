"""Gathers what is known about a person from the material of the sections."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from imports.adapters.local_analyst import reading
from imports.adapters.local_analyst.declared import declared_findings
from imports.adapters.local_analyst.extraction import findings_in
from imports.adapters.local_analyst.telling import Told
from imports.ports import Excerpt, SectionsMaterial

ONCE = frozenset({"name", "age", "occupation", "employer", "home", "origin", "diet"})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One statement about the person, with how often it was found and when last."""

    slot: str
    value: str
    statement: str
    times: int
    at: datetime


class Portrait:
    """What the person said about themselves, by slot."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by_slot: dict[str, list[Known]] = defaultdict(list)
        for each in known:
            self._by_slot[each.slot].append(each)

    def newest(self, slot: str) -> str | None:
        """Give the value that was said last; None if none was."""
        known = self._by_slot.get(slot)
        return max(known, key=_newness).value if known else None

    def values(self, *slots: str, limit: int = 12) -> list[str]:
        """Give values, the most often said first."""
        return _distinct((each.value for each in self._ranked(slots)), limit)

    def statements(self, *slots: str, limit: int = 12) -> list[str]:
        """Give statements as sentences, the most often said first."""
        said = (
            each.statement[0].upper() + each.statement[1:] for each in self._ranked(slots)
        )
        return _distinct(said, limit)

    def told(self) -> dict[str, list[Told]]:
        """Give everything by slot: the newest of what one has once, else the most often said."""
        return {
            slot: [
                Told(value=each.value, statement=each.statement)
                for each in (
                    sorted(known, key=_newness, reverse=True)
                    if slot in ONCE
                    else self._ranked((slot,))
                )
            ]
            for slot, known in self._by_slot.items()
        }

    def _ranked(self, slots: tuple[str, ...]) -> list[Known]:
        known = [each for slot in slots for each in self._by_slot.get(slot, [])]
        return sorted(
            known,
            key=lambda each: (
                (-each.times, -each.at.timestamp(), each.statement)
                if each.at > _LONG_AGO
                else (-each.times, 0.0, each.statement)
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A turn of the person, whole, and with all masked that is not said by them."""

    excerpt: Excerpt
    text: str
    own_words: str


def spoken_in(material: SectionsMaterial) -> list[Spoken]:
    """Read the turns of the person."""
    return [
        Spoken(excerpt=excerpt, text=turn.text, own_words=reading.own_words(turn.text))
        for excerpt in material.excerpts
        for turn in excerpt.turns
        if turn.role == "user"
    ]


def portray(material: SectionsMaterial, spoken: list[Spoken]) -> Portrait:
    """Gather what the texts say, and what is already known from verified facts."""
    times: Counter[tuple[str, str]] = Counter()
    latest: dict[tuple[str, str], Known] = {}
    said = (*_from_declared(material), *_from_turns(spoken), *_from_facts(material))
    for each in said:
        key = (each.slot, each.statement.casefold())
        times[key] += each.times
        if key not in latest or each.at >= latest[key].at:
            latest[key] = each
    return Portrait(
        Known(
            slot=known.slot,
            value=known.value,
            statement=known.statement,
            times=times[key],
            at=known.at,
        )
        for key, known in latest.items()
    )


def _from_declared(material: SectionsMaterial) -> Iterable[Known]:
    for message in material.declared:
        for found in declared_findings(message.text, kind=message.kind, at=message.at):
            yield Known(
                slot=found.slot,
                value=found.value,
                statement=found.statement,
                times=2,
                at=message.at or _LONG_AGO,
            )


def _from_turns(spoken: list[Spoken]) -> Iterable[Known]:
    for turn in spoken:
        at = turn.excerpt.at
        for found in findings_in(turn.own_words, text=turn.text, at=at):
            yield Known(
                slot=found.slot,
                value=found.value,
                statement=found.statement,
                times=1,
                at=at or _LONG_AGO,
            )


def _from_facts(material: SectionsMaterial) -> Iterable[Known]:
    for fact in material.facts:
        if fact.is_current:
            statement = fact.statement.removeprefix("User ").removeprefix("The user ")
            yield Known(
                slot=fact.slot,
                value=fact.value or statement,
                statement=statement or "-",
                times=3,
                at=fact.at or _LONG_AGO,
            )


def _newness(known: Known) -> tuple[datetime, int, str]:
    return (known.at, known.times, known.value)


def _distinct(texts: Iterable[str], limit: int) -> list[str]:
    found: dict[str, str] = {}
    for text in texts:
        if len(found) < limit:
            found.setdefault(text.casefold(), text)
    return list(found.values())
