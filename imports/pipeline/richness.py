"""Scores how much a conversation tells about the person, from what the person wrote in it.

Pure and deterministic: ages are relative to the ``now`` that is passed in, topics need no model.
The score orders all later reading; the bucket and the month keep one topic or one month from
filling a sample.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

BUCKETS = 16
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# Scripts without spaces count by character, everything else by word.
_WORD = re.compile(rf"[{_CJK}]|[^\W\d_]+(?:'[a-z]+)?")
# For plain English the same word by word in bytes, at three times the speed: letters in lower
# case, apostrophes as they are, everything else a space.
_ASCII_LETTERS = bytes(
    ord(chr(code).lower()) if chr(code).isalpha() or chr(code) == "'" else ord(" ")
    for code in range(128)
).ljust(256)
_LONG = 6_000
_WORDS_PER_MESSAGE = 400
_HITS_PER_MESSAGE = 8
_DISTINCT_PER_MESSAGE = 200


def _words(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


# Words that speak of oneself, and words that do with the one behind them. Looked up, not
# matched: one expression with all of them takes three times as long.
_OWN = _words(
    "i'm i've my our we're mein meine meinen meinem meiner mijn j'ai soy meu minha"
    " \u6211 \u79c1 \u50d5 \u4ffa \uc800 \ub098"
)
_OWN_WITH = {
    b"i": _words(
        "am was work live love hate prefer want need feel like study moved built run have"
    ),
    b"ich": _words("bin habe wohne arbeite mag"),
    b"je": _words("suis vis travaille veux"),
    b"mi": _words("esposa esposo hijo hija trabajo casa nombre chiamo"),
    b"vivo": _words("en a"),
    b"trabajo": _words("en como"),
    b"eu": _words("sou moro"),
    b"io": _words("sono vivo"),
    b"ik": _words("ben woon"),
}
_TELLING = _OWN | _OWN_WITH.keys()

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
    distinct: set[bytes]  # as UTF-8
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
    distinct: set[bytes] = set()
    days = set()
    for text, at in user_texts:
        found = _words_in(_without_bulk(text))
        words += min(len(found), _WORDS_PER_MESSAGE)
        hits += _first_person(found)
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


def first_person(text: str) -> int:
    """Count where a message speaks of its author, up to a limit."""
    return _first_person(_words_in(_without_bulk(text)))


def topic_bucket(words: Collection[bytes]) -> int:
    """Give a bucket that texts with many words in common tend to share."""
    telling = [word for word in words if len(word) > 4] or words
    return min(map(zlib.crc32, telling), default=0) % BUCKETS


def _without_bulk(text: str) -> str:
    # A pasted document must not dominate: its beginning and its end say what it is for.
    if "```" in text:
        text = _CODE.sub(" ", text)
    if len(text) > _LONG:
        text = f"{text[:3_000]} {text[-500:]}"
    return text.replace("\u2019", "'")


def _words_in(text: str) -> list[bytes]:
    if not text.isascii():
        return [word.encode() for word in _WORD.findall(text.lower())]
    letters = text.encode().translate(_ASCII_LETTERS)
    if b"'" in letters:
        # Within a word it belongs to it, around a word it is a quotation mark.
        letters = b" %b " % letters
        letters = letters.replace(b" '", b"  ").replace(b"' ", b"  ")
    return letters.split()


def _first_person(words: list[bytes]) -> int:
    hits = 0
    for word in _TELLING.intersection(words):
        hits += words.count(word) if word in _OWN else _followed(words, word)
    return min(hits, _HITS_PER_MESSAGE)


def _followed(words: list[bytes], word: bytes) -> int:
    """Count where one of its words stands behind this one."""
    hits, at = 0, -1
    for _ in range(words.count(word)):
        at = words.index(word, at + 1)
        hits += not _OWN_WITH[word].isdisjoint(words[at + 1 : at + 2])
    return hits


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
