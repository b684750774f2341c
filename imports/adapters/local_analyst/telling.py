"""Tells what is known about a person in whole English sentences, without saying anything twice.

Values come from patterns, by slot; a sentence is made only of those that are there. The person is
the subject and is named once, or left out: a companion knows of whom it reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imports.adapters.local_analyst import vocabulary

_LISTED = 4  # of anything; a summary is no inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that is known: "works as a nurse", and the value in it."""

    value: str
    statement: str


By = Mapping[str, Sequence[Told]]


def standing(by_slot: By) -> list[str]:
    """Say where the person stands in life: work, place, what they are up to."""
    return _sentences(_work_and_home(by_slot), _doings(by_slot))


def family(by_slot: By) -> list[str]:
    """Say who belongs to the person, the closest first."""
    relations = sorted(
        by_slot.get("relation", ()), key=lambda each: kinship(each.statement)
    )
    near = {**by_slot, "relation": relations}
    return _sentences(_listed(near, "relation", "children", "status"))


def kinship(statement: str) -> int:
    """Rank a relation: partner, children, other people, pets."""
    words = set(re.findall(r"[\w-]+", statement.lower()))
    circles = (vocabulary.PARTNERS, vocabulary.CHILDREN, vocabulary.KIN, vocabulary.PETS)
    near = (rank for rank, circle in enumerate(circles) if words & set(circle))
    return next(near, len(circles))


def taste_and_health(by_slot: By) -> list[str]:
    """Say what the person lives with and likes."""
    health = _listed(by_slot, "diet", "condition", "allergy", "pregnancy")
    likes = _values("likes", by_slot, "likes")
    dislikes = _values("dislikes", by_slot, "dislikes")
    return _sentences(health, "; ".join(filter(None, (likes, dislikes))))


def joined(parts: Sequence[str]) -> str:
    """Enumerate: "a, b and c"."""
    *first, last = parts or [""]
    return f"{', '.join(first)} and {last}" if first else last


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """Put the article of a profession before it, if it has none."""
    if re.match(r"(?:an?|the|my|head|chief) ", noun, re.I) or noun[:1].isupper():
        return noun
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def _work_and_home(by_slot: By) -> str:
    parts = []
    job, employer = _first(by_slot, "occupation"), _first(by_slot, "employer")
    if job:
        parts.append(f"works as {article(job)}" + (f" at {employer}" if employer else ""))
    elif employer:
        parts.append(f"works at {employer}")
    if business := _first(by_slot, "business"):
        parts.append(f"runs {business}")
    if home := _first(by_slot, "home"):
        parts.append(f"lives in {home}")
    said = joined(parts)
    origin = _first(by_slot, "origin")
    if not origin:
        return said
    return f"{said}; originally from {origin}" if said else f"is from {origin}"


def _doings(by_slot: By) -> str:
    parts = []
    if project := _first(by_slot, "project"):
        parts.append(f"is working on {project}")
    if learning := _first(by_slot, "learning", "studies"):
        parts.append(f"is learning {learning}" if not parts else f"learning {learning}")
    said = joined(parts)
    if goal := _goals(by_slot):
        said = f"{said}, and {goal}" if said else goal
    return said


def _goals(by_slot: By) -> str:
    first, *others = _statements(by_slot, "goal")[:2] or [""]
    second = others[0].removeprefix("wants ") if others else ""
    is_alike = first.startswith("wants to ") and second.startswith("to ")
    return f"{first} and {second}" if is_alike else first


def _listed(by_slot: By, *slots: str) -> str:
    """Enumerate statements; a verb that they share is said once: "has a dog and two cats"."""
    said = [each for slot in slots for each in _statements(by_slot, slot)][:_LISTED]
    for verb in ("has ", "is "):
        shared = [each.removeprefix(verb) for each in said if each.startswith(verb)]
        if len(shared) == len(said) > 1:
            return f"{verb}{joined(shared)}"
    return joined(said)


def _values(verb: str, by_slot: By, slot: str) -> str:
    values = list(dict.fromkeys(each.value for each in by_slot.get(slot, ())))[:_LISTED]
    return f"{verb} {joined(values)}" if values else ""


def _statements(by_slot: By, slot: str) -> list[str]:
    said = (each.statement.rstrip(". ") for each in by_slot.get(slot, ()))
    return list(dict.fromkeys(_lower(each) for each in said if each))


def _first(by_slot: By, *slots: str) -> str | None:
    found = (by_slot[slot][0].value for slot in slots if by_slot.get(slot))
    return next(found, None)


def _lower(statement: str) -> str:
    first = statement.split(" ", 1)[0]
    is_verb = first.endswith("s") or first.lower() in (
        "can",
        "never",
        "does",
        "ran",
        "wanted",
    )
    return statement[:1].lower() + statement[1:] if is_verb else statement


def _sentences(*parts: str) -> list[str]:
    return [f"{capital(part)}." for part in parts if part]


def clipped(sentences: Sequence[str], limit: int) -> str:
    """Join as many sentences as fit, whole ones only; the first in any case."""
    text = ""
    for sentence in sentences:
        if text and len(text) + len(sentence) + 1 > limit:
            break
        text = f"{text} {sentence}".strip()
    return text
