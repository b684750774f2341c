"""The plan of a seed: every fact, poison and episode, how it is said and when."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from imports.synthetic.dice import dice
from imports.synthetic.library import table, templates
from imports.synthetic.persona import (
    ENDED_AT,
    STARTED_AT,
    Persona,
    make_persona,
    strangers,
)
from imports.synthetic.plants import Plant
from imports.synthetic.truth import Level

_PROOF = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_INDIRECT_SHARE = 0.4
_REPEATED_SHARE = 0.3
_INSTRUCTED_WITHIN = timedelta(days=330)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is planted for a seed, oldest first, and what is declared throughout."""

    seed: int
    persona: Persona
    plants: tuple[Plant, ...]
    instructed_at: datetime
    about_user: str
    about_model: str
    memories: tuple[str, ...]


def make_plan(seed: int) -> Plan:
    """Decide what the persona of this seed says, how, and when."""
    persona, deck = make_persona(seed)
    rng = dice(seed, "plan")
    hinted = _hinted(rng)
    declared = _Declared(persona, hinted)
    instructed_at = _between(rng, STARTED_AT, STARTED_AT + _INSTRUCTED_WITHIN)
    plants = [
        *_said(rng, persona, hinted),
        declared.instructions(instructed_at),
        *declared.memories(rng),
        *_poisoned(rng, strangers(rng, deck)),
        *_episodes(rng),
    ]
    return Plan(
        seed=seed,
        persona=persona,
        plants=tuple(sorted(plants, key=lambda plant: plant.at)),
        instructed_at=instructed_at,
        about_user=declared.about_user,
        about_model=declared.about_model,
        memories=declared.memory_texts,
    )


def _hinted(rng: random.Random) -> set[str]:
    """Choose the facts, by their statement, that are never said plainly."""
    rows = [row for row in templates("facts") if "indirect" in row or "scattered" in row]
    return {row["statement"] for row in rows if rng.random() < _INDIRECT_SHARE}


def _said(rng: random.Random, persona: Persona, hinted: set[str]) -> Iterator[Plant]:
    for row in templates("facts"):
        options = [[text] for text in row.get("indirect", [])]
        options += row.get("scattered", [])
        if options and row["statement"] in hinted:
            yield _fact(rng, persona, row, rng.choice(options), "indirect")
        elif "plain" in row:
            texts = rng.sample(row["plain"], len(row["plain"]))
            yield _fact(rng, persona, row, [texts[0]], "plain")
            if len(texts) > 1 and rng.random() < _REPEATED_SHARE:
                yield _fact(rng, persona, row, [texts[1]], "plain")


def _fact(
    rng: random.Random, persona: Persona, row: Row, texts: list[str], level: Level
) -> Plant:
    marked = [_capitalized(text.format(**persona.words)) for text in texts]
    value = row["value"].format(**persona.words)
    proofs = _PROOF.findall("\n".join(marked))
    proof = next((p for p in proofs if value.lower() in p.lower()), proofs[0])
    return Plant(
        says=tuple(_PROOF.sub(r"\1", text) for text in marked),
        at=_moment(rng, persona, row.get("when", "any")),
        topic=row["topic"],
        facts=(_truth(row, persona, level, quote=proof),),
        question={
            "question": row["question"].format(**persona.words),
            "answer": value,
        },
    )


def _truth(row: Row, persona: Persona, level: Level, *, quote: str) -> dict[str, Any]:
    changed_on = {"home": persona.moved_on, "employer": persona.hired_on}
    name, _, which = row.get("valid", "").partition("_")
    day = changed_on[name].isoformat() if name else None
    return {
        "slot": row["slot"],
        "category": row["category"],
        "value": row["value"].format(**persona.words),
        "statement": row["statement"].format(**persona.words),
        "level": level,
        "valid_from": day if which == "new" else None,
        "valid_to": day if which == "old" else None,
        "quote": quote,
    }


class _Declared:
    """What stands in custom instructions and saved memories.

    A fact that is only hinted at in the chats is left out here, or it would be no hint.
    """

    def __init__(self, persona: Persona, hinted: set[str]) -> None:
        self._persona = persona
        open_rows = [r for r in templates("facts") if r["statement"] not in hinted]
        self._memory_rows = [row for row in open_rows if "bio" in row]
        self._rows = [row for row in open_rows if "instructions" in row]
        lasting = [row for row in self._memory_rows if "valid" not in row]
        self.memory_texts = tuple(self._text(row, "bio") for row in lasting)
        self.about_user = ". ".join(self._texts(is_style=False))
        self.about_model = "\n".join(self._texts(is_style=True))

    def instructions(self, at: datetime) -> Plant:
        """Plant the custom instructions into one conversation."""
        facts = [
            _truth(row, self._persona, "declared", quote=self._text(row, "instructions"))
            for row in self._rows
        ]
        return Plant(says=("",), at=at, by="instructions", facts=tuple(facts))

    def memories(self, rng: random.Random) -> Iterator[Plant]:
        """Plant each memory as the write that made it."""
        for row in self._memory_rows:
            text = self._text(row, "bio")
            yield Plant(
                says=(text,),
                at=_moment(rng, self._persona, row.get("when", "any")),
                by="memory",
                facts=(_truth(row, self._persona, "declared", quote=text),),
            )

    def _texts(self, *, is_style: bool) -> Iterator[str]:
        for row in self._rows:
            if (row["category"] == "style") is is_style:
                yield self._text(row, "instructions")

    def _text(self, row: Row, name: str) -> str:
        return str(row[name]).format(**self._persona.words)


def _poisoned(rng: random.Random, people: Iterable[dict[str, str]]) -> Iterator[Plant]:
    for row, stranger in zip(templates("poison"), people, strict=False):
        yield Plant(
            says=(rng.choice(row["says"]).format(**stranger),),
            at=_between(rng, STARTED_AT, ENDED_AT),
            topic=row["topic"],
            by=row.get("by", "user"),
            is_alone=row.get("alone", False),
            poison={"kind": row["kind"], "value": row["value"].format(**stranger)},
        )


def _episodes(rng: random.Random) -> Iterator[Plant]:
    lists = table("episodes")["words"]
    decks = {name: rng.sample(entries, len(entries)) for name, entries in lists.items()}
    for turn, row in enumerate(templates("episodes")):
        words = {name: deck[turn % len(deck)] for name, deck in decks.items()}
        words |= {
            "code": f"{rng.choice('QXKZ')}{rng.choice('VWJH')}-{rng.randrange(1000, 9999)}",
            "number": str(rng.randrange(1100, 9900)),
            "small": str(rng.randrange(23, 98)),
        }
        yield Plant(
            says=(row["says"].format(**words),),
            at=_between(rng, STARTED_AT, ENDED_AT),
            topic=row["topic"],
            question={
                "question": row["question"].format(**words),
                "answer": row["answer"].format(**words),
            },
        )


def _moment(rng: random.Random, persona: Persona, when: str) -> datetime:
    """Draw a time before both changes (early), after both (late), or any."""
    changes = (persona.moved_on, persona.hired_on)
    if when == "early":
        return _between(rng, STARTED_AT, _noon(min(changes) - timedelta(days=9)))
    if when == "late":
        return _between(rng, _noon(max(changes) + timedelta(days=9)), ENDED_AT)
    return _between(rng, STARTED_AT, ENDED_AT)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _between(rng: random.Random, first: datetime, last: datetime) -> datetime:
    return first + (last - first) * rng.random()


def _capitalized(text: str) -> str:
    first = 2 if text.startswith("[[") else 0
    return text[:first] + text[first].upper() + text[first + 1 :]
