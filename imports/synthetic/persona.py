"""The person an export belongs to, and the strangers who are not that person."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from imports.synthetic.dice import dice
from imports.synthetic.library import table

STARTED_AT = datetime(2023, 7, 3, 6, 0, tzinfo=UTC)
ENDED_AT = datetime(2026, 6, 28, 20, 0, tzinfo=UTC)

_FEMALE = ("wife", "girlfriend", "daughter", "sister")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """Who the export is about: words for the templates, dates, and daily rhythm."""

    words: dict[str, str]
    moved_on: date
    hired_on: date
    rises_at: int
    utc_offset_old: int
    utc_offset_new: int
    topics: tuple[str, ...]


class Deck:
    """Lists shuffled once; every draw takes what nobody else will get."""

    def __init__(self, rng: random.Random, lists: Mapping[str, list[Any]]) -> None:
        self._lists = {name: rng.sample(v, len(v)) for name, v in lists.items()}
        self._used: dict[str, int] = {}
        self._kept: dict[str, int] = {}

    def draw(self, name: str) -> Any:
        """Take the next entry; after the last one, begin again behind the kept ones."""
        taken = self._used.get(name, 0)
        self._used[name] = taken + 1
        entries, kept = self._lists[name], self._kept.get(name, 0)
        return entries[kept + (taken - kept) % (len(entries) - kept)]

    def keep_what_was_drawn(self) -> None:
        """Never hand out again what was drawn until now."""
        self._kept = dict(self._used)


def make_persona(seed: int) -> tuple[Persona, Deck]:
    """Make the persona of a seed, and the deck its strangers are drawn from."""
    rng = dice(seed, "persona")
    deck = Deck(rng, table("personas"))
    origin, home_old, home_new = (deck.draw("cities") for _ in range(3))
    job = deck.draw("occupations")
    words = _words(rng, deck, job)
    words |= {"origin": origin["name"], "home_old": home_old["name"]}
    words |= {"home_new": home_new["name"]}
    moved_on = date(2024, 10, 1) + timedelta(days=rng.randrange(240))
    hired_on = moved_on + timedelta(days=rng.choice((-75, -40, 30, 65)))
    words |= {"moved_month": f"{moved_on:%B %Y}", "hired_month": f"{hired_on:%B %Y}"}
    deck.keep_what_was_drawn()
    persona = Persona(
        words=words,
        moved_on=moved_on,
        hired_on=hired_on,
        rises_at=rng.choice((5, 6, 7, 8)),
        utc_offset_old=home_old["offset"],
        utc_offset_new=home_new["offset"],
        topics=tuple(job["topics"]),
    )
    return persona, deck


def _words(rng: random.Random, deck: Deck, job: dict[str, Any]) -> dict[str, str]:
    employer_old, employer_new = rng.sample(job["employers"], 2)
    words = {
        "name": deck.draw("names"),
        "age": str(rng.randrange(27, 58)),
        "occupation": job["title"],
        "employer_old": employer_old,
        "employer_new": employer_new,
        "language": deck.draw("second_languages"),
        "learning": deck.draw("languages"),
        "book": deck.draw("favorite_books"),
        "pet_name": deck.draw("pet_names"),
        "project_kind": deck.draw("project_kinds"),
    }
    for relation in ("partner", "child", "sibling"):
        word = deck.draw(f"{relation}_words")
        words[f"{relation}_word"] = word
        words[relation] = deck.draw("girls" if word in _FEMALE else "boys")
    words |= {f"hobby{n}": deck.draw("hobbies") for n in (1, 2, 3)}
    words |= {f"goal{n}": deck.draw("goals") for n in (1, 2)}
    words |= {f"tool{n}": deck.draw("uses") for n in (1, 2, 3)}
    words |= {f"style{n}": deck.draw("styles") for n in (1, 2)}
    plurals = {
        "pet": "pets",
        "diet": "diets",
        "allergy": "allergies",
        "condition": "conditions",
        "dislike": "dislikes",
        "project": "projects",
        "ai_name": "ai_names",
        "habit": "habits",
        "event": "events",
    }
    return words | {word: deck.draw(name) for word, name in plurals.items()}


def strangers(rng: random.Random, deck: Deck) -> Iterator[dict[str, str]]:
    """Yield people who share nothing with the persona, without end."""
    while True:
        name = deck.draw("names")
        job = deck.draw("occupations")
        yield {
            "s_name": name,
            "s_first": name.split()[0],
            "s_age": str(rng.randrange(61, 89)),
            "s_city": deck.draw("cities")["name"],
            "s_occupation": job["title"],
            "s_employer": rng.choice(job["employers"]),
            "s_girl": deck.draw("girls"),
            "s_boy": deck.draw("boys"),
            "s_pet_name": deck.draw("pet_names"),
            "s_language": deck.draw("languages"),
            "s_allergy": deck.draw("allergies"),
            "s_condition": deck.draw("conditions"),
            "s_diet": deck.draw("diets"),
            "s_hobby": deck.draw("hobbies"),
            "s_event": deck.draw("events"),
            "s_ai_name": deck.draw("ai_names"),
            **_secrets(rng),
        }


def _secrets(rng: random.Random) -> dict[str, str]:
    """Make credentials of the right shape; written out they would alarm scanners."""

    def letters(count: int) -> str:
        return "".join(rng.choices(_LETTERS, k=count))

    return {
        "secret_openai": "sk-" + "proj-" + letters(48),
        "secret_github": "gh" + "p_" + letters(36),
        "secret_aws_id": "AK" + "IA" + letters(16).upper(),
        "secret_aws": letters(40),
        "secret_password": letters(9) + "-" + letters(7),
        "secret_card": "4111 1111 1111 1111",
    }
