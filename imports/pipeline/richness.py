"""Scores how much a conversation tells about the person, from what the person wrote in it.

Pure and deterministic: ages are relative to the ``now`` that is passed in, topics need no model.
The score orders all later reading; the bucket and the month keep one topic or one month from
filling a sample.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

BUCKETS = 16
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# Scripts without spaces count by character, everything else by word.
_WORD = re.compile(rf"[{_CJK}]|[^\W\d_]+(?:'[a-z]+)?")
# The same for plain English, at twice the speed.
_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_ASCII_LETTERS = {
    code: chr(code).lower() if chr(code).isalpha() else " " for code in range(128)
}
_LONG = 6_000
_WORDS_PER_MESSAGE = 400
_HITS_PER_MESSAGE = 8
_DISTINCT_PER_MESSAGE = 200


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that speak of oneself, and words that do with the one behind them. Looked up, not
# matched: one expression with all of them takes three times as long.
_OWN = _words(
    "i'm i've my our we're mein meine meinen meinem meiner mijn j'ai soy meu minha"
    " \u6211 \u79c1 \u50d5 \u4ffa \uc800 \ub098"
)
_OWN_WITH = {
    "i": _words(
        "am was work live love hate prefer want need feel like study moved built run have"
    ),
    "ich": _words("bin habe wohne arbeite mag"),
    "je": _words("suis vis travaille veux"),
    "mi": _words("esposa esposo hijo hija trabajo casa nombre chiamo"),
    "vivo": _words("en a"),
    "trabajo": _words("en como"),
    "eu": _words("sou moro"),
    "io": _words("sono vivo"),
    "ik": _words("ben woon"),
}

Texts = Sequence[tuple[str, datetime | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Richness:
    """How rich a conversation is, and which of the 16 topic buckets it falls into."""

    value: float
    bucket: int


@dataclass(slots=True, kw_only=True)
class Features:
    """What is counted over the messages of the person."""

    words: int
    turns: int
    first_person: int
    distinct: set[str]
    days: int


def score(user_texts: Texts, *, created_at: datetime | None, now: datetime) -> Richness:
    """Score a conversation by the texts of the person in it, each with its time."""
    found = features(user_texts)
    bucket = topic_bucket(found.distinct)
    if found.turns < 2 or found.words < 20:
        return Richness(value=0.0, bucket=bucket)
    value = _substance(found) * _recency(created_at, now=now) * _paste_penalty(found)
    return Richness(value=round(value, 6), bucket=bucket)


def features(user_texts: Texts) -> Features:
    """Count words, turns, first-person hits, distinct words and active days."""
    words = hits = 0
    distinct: set[str] = set()
    days = set()
    for text, at in user_texts:
        found = _words_in(_without_bulk(text))
        words += min(len(found), _WORDS_PER_MESSAGE)
        hits += min(_first_person(found), _HITS_PER_MESSAGE)
        distinct.update(found[:_DISTINCT_PER_MESSAGE])
        if at:
            days.add(at.date())
    return Features(
        words=words,
        turns=len(user_texts),
        first_person=hits,
        distinct=distinct,
        days=len(days),
    )


def topic_bucket(words: Iterable[str]) -> int:
    """Give a bucket that texts with many words in common tend to share."""
    words = tuple(words)
    telling = [word.encode() for word in words if len(word) > 4]
    telling = telling or [word.encode() for word in words]
    return min(map(zlib.crc32, telling), default=0) % BUCKETS


def _without_bulk(text: str) -> str:
    # A pasted document must not dominate: its beginning and its end say what it is for.
    if "```" in text:
        text = _CODE.sub(" ", text)
    if len(text) > _LONG:
        text = f"{text[:3_000]} {text[-500:]}"
    return text.replace("\u2019", "'")


def _words_in(text: str) -> list[str]:
    if not text.isascii():
        return _WORD.findall(text.lower())
    if "'" in text:
        return _ASCII_WORD.findall(text.lower())
    return text.translate(_ASCII_LETTERS).split()


def _first_person(words: list[str]) -> int:
    alone = sum(map(_OWN.__contains__, words))
    paired = _OWN_WITH.keys() & set(words)
    if not paired:
        return alone
    pairs = ((word, behind) for word, behind in pairwise(words) if word in paired)
    return alone + sum(behind in _OWN_WITH[word] for word, behind in pairs)


def _substance(found: Features) -> float:
    return (
        math.log1p(found.words)
        + 1.5 * math.log1p(found.turns)
        + 2.0 * math.log1p(found.first_person)
        + 0.5 * math.log1p(len(found.distinct))
        + 0.7 * math.log1p(found.days)
    )


def _recency(created_at: datetime | None, *, now: datetime) -> float:
    if created_at is None:
        return 0.8
    age_days = max(0.0, (now - created_at).total_seconds() / 86_400)
    # A floor under the decay: what was said years ago about a life still counts.
    return 0.6 + 0.4 * float(2 ** (-age_days / 365))


def _paste_penalty(found: Features) -> float:
    return 0.8 if found.words / found.turns > 300 else 1.0
