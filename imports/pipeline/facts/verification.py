"""The gate: a fact enters only with a quote that stands in the message it cites.

Its numbers and names have to stand there as well, and what it says (``support``). This costs
nothing and stops nearly all that a model makes up, and what it took from a line that is not the
person's.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from rapidfuzz import fuzz

from imports.pipeline import safety
from imports.pipeline.facts.own_words import own_part
from imports.pipeline.facts.packs import Pack, Shown
from imports.pipeline.facts.support import objection
from imports.pipeline.facts.wire import WireFact

MOST_EVIDENCE = 12
_FUZZY_FROM = 20
_FUZZY_SCORE = 90
_SUBJECT = re.compile(r"^(?:the )?user(?:'s)?\s+", re.I)
_TOKEN = re.compile(r"\d+(?:[.,:/-]\d+)*|\b\w[\w'-]*")
_DENIED = re.compile(
    r"\b(?:not|never|no longer|isn't|aren't|wasn't|don't|doesn't|didn't|nicht|kein\w*|jamais)"
    r"\s+(?:\w+\s+){0,2}$"
)
_DENIES = re.compile(
    r"\b(?:not|no|never|without|neither|nor|stopped|left|former\w*)\b|n't\b", re.I
)
_BORROWED = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*>[^\n]*$|\"[^\"\n]{25,}\"|\u201c[^\u201d\n]{25,}\u201d",
    re.S | re.M,
)
_OTHERS = re.compile(
    r"\b(?:wife|husband|partner|boyfriend|girlfriend|sons?|daughters?|child(?:ren)?|kids?|baby"
    r"|mother|father|mom|mum|dad|parents?|sisters?|brothers?|uncle|aunt|cousin|nephew|niece"
    r"|grand\w+|friends?|boss|colleagues?|neighbou?rs?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A message of the person, and words in it that prove a fact."""

    at: datetime | None
    conversation_id: uuid.UUID
    message_id: str
    quote: str

    @property
    def order(self) -> tuple[float, str, str, str]:
        epoch = self.at.timestamp() if self.at else 0.0
        return (epoch, str(self.conversation_id), self.message_id, self.quote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fact that passed the gate, not yet compared with others."""

    category: str
    slot: str
    statement: str
    value: str
    kind: str
    basis: str  # stated | implied | instructions | saved_memory
    valid_from: datetime | None
    evidence: tuple[Evidence, ...]
    engine: str = ""  # that read it out of the messages


def verified(
    fact: WireFact, pack: Pack, rejected: Counter[str], *, engine: str = ""
) -> Candidate | None:
    """Let a fact through the gate; None if it does not pass, and the reason is counted."""
    by_number = {each.message.number: each for each in pack.shown}
    cited = [by_number[number] for number in dict.fromkeys(fact.m) if number in by_number]
    reason = _objection(fact, cited)
    if reason:
        rejected[reason] += 1
        return None
    statement = _without_subject(fact.s)
    return Candidate(
        category=fact.c,
        slot=fact.slot or "",
        statement=statement,
        value=(fact.v or "").strip(),
        kind=fact.k,
        basis=_basis(fact, cited),
        valid_from=_date(fact.d, cited),
        evidence=tuple(_evidence(fact, each) for each in cited),
        engine=engine,
    )


def normal(text: str) -> str:
    """Make texts comparable that differ in case, width or white space."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return " ".join(text.split())


def _objection(fact: WireFact, cited: list[Shown]) -> str:
    if len(cited) != len(set(fact.m)):
        return "unknown_message"
    texts = [each.message.text for each in cited]
    if any(map(_is_hostile, texts)):
        return "hostile_message"
    if not any(_holds(each, fact.q) for each in cited):
        return "quote_not_found"
    evidence = " ".join(map(_whole, texts))
    if not _names_are_there(fact, evidence):
        return "name_not_found"
    if fact.c == "health" and _OTHERS.search(fact.s):
        return "health_of_others"
    return objection(fact, evidence=evidence)


def _holds(shown: Shown, quote: str) -> bool:
    """Tell whether the person's own words in a text contain the quote, and do not deny it."""
    text, wanted = shown.message.text, normal(quote)
    own = _own_words(text) if shown.message.kind == "message" else _whole(text)
    place = own.find(wanted)
    if place >= 0:
        before = own[max(0, place - 25) : place]
        return not _DENIED.search(before) or bool(_DENIES.search(wanted))
    return len(wanted) >= _FUZZY_FROM and fuzz.partial_ratio(wanted, own) >= _FUZZY_SCORE


# A pack has many facts about the same few messages.
@lru_cache(maxsize=512)
def _own_words(text: str) -> str:
    return normal(_BORROWED.sub(" ", own_part(text)))


@lru_cache(maxsize=512)
def _whole(text: str) -> str:
    return normal(text)


@lru_cache(maxsize=512)
def _is_hostile(text: str) -> bool:
    return not safety.is_free_of_takeover(text)


def _names_are_there(fact: WireFact, evidence: str) -> bool:
    said = f"{_SUBJECT.sub('', fact.s)} \n {fact.v or ''}"
    names = [
        token for token in _TOKEN.findall(said) if token[0].isdigit() or token[0].isupper()
    ]
    if not _SUBJECT.match(fact.s) and names and fact.s.startswith(names[0]):
        names = names[1:]  # the capital of a sentence, not of a name
    return all(
        re.search(
            rf"(?<!\w){re.escape(normal(name).removesuffix(chr(39) + 's'))}(?!\w)", evidence
        )
        for name in names
    )


def _without_subject(statement: str) -> str:
    bare = _SUBJECT.sub("", statement).rstrip(". ")
    return bare[:1].upper() + bare[1:]


def _basis(fact: WireFact, cited: list[Shown]) -> str:
    kinds = {each.message.kind for each in cited}
    for kind in ("instructions", "saved_memory"):
        if kind in kinds:
            return kind
    return fact.b


def _date(text: str | None, cited: list[Shown]) -> datetime | None:
    """Read a date; what lies more than two years after the message was not known to it."""
    try:
        year, month, day = ([int(part) for part in (text or "").split("-")] + [1, 1])[:3]
        date = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    said = [each.message.at for each in cited if each.message.at]
    if date.year < 1900 or (said and date > max(said) + timedelta(days=731)):
        return None
    return date


def _evidence(fact: WireFact, shown: Shown) -> Evidence:
    text = shown.message.text
    quote = safety.clean(fact.q) if _holds(shown, fact.q) else ""
    if quote and normal(quote) not in _whole(text):
        quote = _nearest(text, quote)
    return Evidence(
        at=shown.message.at,
        conversation_id=shown.conversation_id,
        message_id=shown.message_id,
        # A message that only supports the quoted one is shown by how it begins.
        quote=(quote or safety.clean(text[:160]))[:200],
    )


def _nearest(text: str, quote: str) -> str:
    plain = safety.clean(text)
    found = fuzz.partial_ratio_alignment(quote, plain)
    return plain[found.dest_start : found.dest_end].strip() if found else ""
