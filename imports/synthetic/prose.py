"""Everyday text: what people ask, what assistants answer, what gets pasted.

Sentences are filled and JSON-escaped once per topic and then only drawn and joined, so a
message costs microseconds. Every string that leaves this module is escaped ASCII.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any

from imports.synthetic.dice import dice
from imports.synthetic.library import table

_SUBJECT, _SUBJECT_FIRST = "@@", "^^"
# English only: the other languages have no "a" before an English word.
_BARE_ARTICLE = re.compile(
    r"\b([Aa])(?= (?:approved|archived|electric|empty|expired|unusual"
    r"|account|archive|elevator|engine|invoice|order|orchard))"
)
_SHORT = 48
_FILLINGS = 24
_MANY_FILLINGS = 150
_NUMBERS = {
    "n": [str(n) for n in range(2, 13)],
    "n2": [str(n) for n in range(15, 95, 5)],
    "m": list("123456789"),
}


def escaped(text: str) -> str:
    """Return the text as it stands between the quotes of a JSON string."""
    return json.dumps(text)[1:-1]


# The fillings of one template. A text takes one of each before a template comes again.
Group = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """All sentences of one topic, filled and escaped."""

    has_code: bool
    subjects: tuple[str, ...]
    titles: tuple[str, ...]
    openers: tuple[Group, ...]
    details: tuple[Group, ...]
    background: tuple[Group, ...]
    answers: tuple[Group, ...]
    steps: tuple[Group, ...]
    shorts: tuple[str, ...]
    glue: tuple[str, ...]
    closings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """The text of one conversation: one topic, one subject."""

    rng: random.Random
    pool: Pool
    subject: str
    longest: int

    def title(self) -> str:
        """Name the conversation."""
        return self._named(self.rng.choice(self.pool.titles))

    def opening(self, chars: int) -> str:
        """Ask the first question, with as much detail as fits."""
        return self._asked(self.pool.openers, chars)

    def follow_up(self, chars: int) -> str:
        """Say the next thing: a few words, or another question."""
        if chars < _SHORT:
            return self.rng.choice(self.pool.shorts)
        is_question = self.rng.random() < 0.6
        return self._asked(self.pool.openers if is_question else self.pool.details, chars)

    def answer(self, chars: int) -> str:
        """Answer in paragraphs, with a list or some code where it is long enough."""
        rng, pool = self.rng, self.pool
        count = max(1, min(chars, self.longest) // 92)
        sentences = self._different(pool.answers, count)
        parts = [
            " ".join(sentences[first : first + 3]) for first in range(0, len(sentences), 3)
        ]
        if count > 2:
            parts.insert(0, rng.choice(pool.glue))
        if count > 5:
            parts.insert(rng.randrange(1, len(parts)), self._block())
            parts.append(rng.choice(pool.closings))
        return self._named("\\n\\n".join(parts))

    def pasted(self, chars: int) -> str:
        """Ask about a long text that somebody else wrote."""
        lines = pasted_lines("log" if self.pool.has_code else "article")
        count = max(3, min(chars, self.longest) // 75)
        body = "\\n".join(self.rng.choices(lines, k=count))
        return f"{self.opening(80)}\\n\\n{body}"

    def _asked(self, groups: tuple[Group, ...], chars: int) -> str:
        first = self.rng.choice(self.rng.choice(groups))
        missing = (min(chars, self.longest) - len(first)) // 50
        if missing < 1:
            return self._named(first)
        more = self._different(self.pool.details + self.pool.background, missing)
        return self._named(" ".join([first, *more]))

    def _block(self) -> str:
        if self.pool.has_code and self.rng.random() < 0.6:
            return f"```\\n{self.rng.choice(code_blocks())}\\n```"
        steps = self._different(self.pool.steps, min(5, len(self.pool.steps)))
        return "\\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))

    def _different(self, groups: tuple[Group, ...], count: int) -> list[str]:
        """Draw from all groups before one comes round again."""
        random = self.rng.random
        order = self.rng.sample(groups, len(groups)) * (count // len(groups) + 1)
        return [group[int(random() * len(group))] for group in order[:count]]

    def _named(self, text: str) -> str:
        first = self.subject[0].upper() + self.subject[1:]
        return text.replace(_SUBJECT_FIRST, first).replace(_SUBJECT, self.subject)


def voice(topic: str, rng: random.Random, *, longest: int = 10**6) -> Voice:
    """Start to speak about some subject of the topic, never longer than so many chars."""
    pool = pool_of(topic)
    return Voice(rng, pool, rng.choice(pool.subjects), longest)


def log_normal(rng: random.Random, median: float, sigma: float) -> int:
    """Draw a length from the long-tailed law that texts follow."""
    return int(median * exp(sigma * rng.gauss(0.0, 1.0)))


@cache
def pool_of(topic: str) -> Pool:
    """Fill and escape the templates of a topic."""
    rows, common = table(f"topics/{topic}"), table("common")
    rng, language = dice("pool", topic), rows["language"]
    words = _common_words() | rows["words"]

    def grouped(templates: list[str]) -> tuple[Group, ...]:
        return tuple(_filled([text], words, rng) for text in templates)

    return Pool(
        has_code=rows["kind"] == "code",
        subjects=tuple(escaped(subject) for subject in rows["subjects"]),
        titles=_filled(rows["titles"], words, rng),
        openers=grouped(rows["openers"]),
        details=grouped(rows["details"]),
        background=grouped(common[f"background_{language}"]),
        answers=grouped(rows["answers"]),
        steps=grouped(rows["steps"]),
        shorts=tuple(escaped(text) for text in common[f"short_{language}"]),
        glue=tuple(escaped(text) for text in common[f"glue_{language}"]),
        closings=_closings(language),
    )


@cache
def code_blocks() -> tuple[str, ...]:
    """Return short programs in several languages."""
    templates = table("common")["code"]
    return _filled(templates, _common_words(), dice("code"), fillings=_MANY_FILLINGS)


@cache
def pasted_lines(kind: str) -> tuple[str, ...]:
    """Return the lines of a ``log`` or the sentences of an ``article``."""
    templates = table("common")[kind]
    return _filled(templates, _common_words(), dice(kind), fillings=_MANY_FILLINGS)


def _closings(language: str) -> tuple[str, ...]:
    common = table("common")
    english = common["closing"] if language == "en" else common[f"glue_{language}"]
    return tuple(escaped(text) for text in english)


def _common_words() -> dict[str, list[str]]:
    common = table("common")
    lists = {"day": "days", "month": "months", "hour": "hours", "verb": "verbs"}
    lists |= {"noun": "nouns", "adj": "adjs"}
    words = {word: common[name] for word, name in lists.items()}
    words |= {"piece": common["pieces"], "piece2": common["pieces"]}
    words |= {"noun2": words["noun"], "adj2": words["adj"]}
    return words | _NUMBERS | {"Noun": [noun.title() for noun in words["noun"]]}


def _filled(
    templates: Iterable[str],
    words: dict[str, Any],
    rng: random.Random,
    *,
    fillings: int = _FILLINGS,
) -> tuple[str, ...]:
    texts = [
        escaped(_fill(template, words, rng))
        for template in templates
        for _ in range(fillings)
    ]
    return tuple(dict.fromkeys(texts))


def _fill(template: str, words: dict[str, Any], rng: random.Random) -> str:
    values = {name: rng.choice(entries) for name, entries in words.items()}
    first = template.startswith("{subject}")
    text = _BARE_ARTICLE.sub(r"\1n", template.format(subject=_SUBJECT, **values))
    if first:
        return _SUBJECT_FIRST + text[len(_SUBJECT) :]
    return text[0].upper() + text[1:] if template.startswith("{") else text
