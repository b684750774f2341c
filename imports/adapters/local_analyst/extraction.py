"""Finds what a text says about its author: patterns over clauses, each find with its quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from imports.adapters.local_analyst import elsewhere, reading, values, vocabulary
from imports.adapters.local_analyst.dates import said_date
from imports.adapters.local_analyst.grammar import Pattern, PatternSet
from imports.adapters.local_analyst.patterns import PATTERNS, TO_THE_COMMA, WHOLE
from imports.adapters.local_analyst.reading import Clause

_QUOTE = 160
_NEGATION = re.compile(
    r"\b(?:not|never|no longer|used to|hardly|barely|neither|nor|isn't|wasn't|don't|doesn't|didn't"
    r"|stopped|anymore|kein\w*|nicht|nunca|jamais)\b",
    re.I,
)
# "Do I work at", "if I live in": the words are there, the statement is not.
_NOT_SAID = re.compile(
    r"(?:\b(?:do|did|should|can|could|would|will|shall|might|if|whether|unless|until|am|was|were|may"
    r"|had|that way|like|than|as though|he says|she says|they say|said|says|told me|asked)[ ,]*)$",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:he|she|they|friend|colleague|boss|brother|sister|neighbou?r|wife|husband|mother|father|mom|dad"
    r"|client|customer|someone|somebody|guy|woman|man|[A-Z][a-z]+) (?:just |always |once )?"
    r"(?:says?|said|told|wrote|writes|asked|claims?|claimed|goes|replied|texted|reports?|reported|explains?"
    r"|explained|notes?|noted|adds?|added|recalls?|shares|confirmed|announced)\b",
)
# "My husband got a job at Acme": who does it is told by the subject next to it.
_SUBJECT = re.compile(
    rf"\b(?:(?P<own>i|we|i'\w+|we'\w+|myself|ourselves)|he|she|they|(?:he|she|they)'\w+"
    rf"|(?:my|our|his|her|their) (?:[\w-]+ ){{0,2}}?(?:{'|'.join(map(re.escape, vocabulary.RELATIONS))}"
    r"|parents|friend|colleague|coworker|boss|neighbou?r|team ?mate|ex))\b",
    re.I,
)
_ENDED = re.compile(
    r"\b(?:used to|no longer|back when|formerly|previously|years ago I|last decade"
    r"|my (?:ex|late|former)[ -](?!shift|night|lunch|dinner)\w+|(?:I|we)(?:'ve| have)? (?:almost|nearly)"
    r"|(?:business|lab|dance|gym|study|training) partner"
    r"|(?:I|we) (?:\w+ly )?(?:lived|worked|resided|served|interned|volunteered))\b",
    re.I,
)
# Who applies for a job, or is offered one, has none yet.
_SOUGHT = re.compile(
    r"\b(?:appl[yi]\w*|interview\w*|consider\w*|offer(?:s|ed|ing)?|turned down|reject\w*|declin\w*"
    r"|looking|want(?:s|ed)?|dream\w*|hop(?:e|ed|ing)|would|I'd)\b",
    re.I,
)
# "Working as a nurse, so ...": the subject is left out.
_NO_SUBJECT = re.compile(
    r"(?:Currently |Now |Still )?(?:working|living|studying|learning|training|building|married|allergic|based"
    r"|born|saving|diagnosed|engaged|vegetarian|vegan|originally from|writing an? (?:novel|book|memoir))\b",
    re.I,
)
_DONE = re.compile(
    r"(?:Just |Finally )?(?:[Tt]urned|[Mm]oved|[Jj]oined|[Aa]dopted|[Ff]inished|[Gg]ot|[Rr]an|[Bb]roke|[Bb]ought"
    r"|[Ss]tarted|[Ss]witched|[Gg]rew up|[Qq]uit|[Ll]ove|[Hh]ate|[Ll]ive|[Ww]ork|[Ss]peak|[Oo]pened) (?!to be)"
)
_SLOTTED = frozenset({"work", "family", "education", "skill", "health"})
_DATED = frozenset(
    {
        "home",
        "employer",
        "occupation",
        "event",
        "status",
        "business",
        "diet",
        "goal",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a text says about its author, and where."""

    category: str
    slot: str
    value: str
    statement: str  # "lives in Lisbon": the subject is the person
    kind: str
    basis: str
    quote: str
    date: str | None


def findings(text: str, *, kind: str, at: datetime | None) -> Iterator[Finding]:
    """Yield what a text says about its author, in the order of the text."""
    return findings_in(reading.shown(text, kind=kind), text=text, at=at)


def findings_in(shown: str, *, text: str, at: datetime | None) -> Iterator[Finding]:
    """Yield what a text says whose masked form is known already."""
    seen: set[tuple[str, str]] = set()
    for finding in _all(shown, text=text, at=at):
        key = (finding.slot, finding.statement.casefold())
        if key not in seen:
            seen.add(key)
            yield finding


def _all(shown: str, *, text: str, at: datetime | None) -> Iterator[Finding]:
    for clause in reading.clauses(shown):
        yield from of_clause(clause, text=text, at=at)
    lower = shown.lower()
    for patterns in (WHOLE, TO_THE_COMMA) if ", i" in lower else (WHOLE,):
        if patterns.worth_trying(lower):
            for sentence in reading.sentences(shown):
                yield from of_clause(sentence, text=text, at=at, patterns=patterns)


def of_clause(
    clause: Clause,
    *,
    text: str,
    at: datetime | None,
    patterns: PatternSet = PATTERNS,
) -> Iterator[Finding]:
    """Yield what one clause says; of one category, matches do not overlap."""
    said, shift = _with_subject(clause.text)
    taken: list[tuple[str, int, int]] = []
    for pattern in patterns.worth_trying(said.lower()):
        for match in pattern.expression.finditer(said):
            place = (_group(pattern), *match.span())
            if _is_free(place, taken) and _is_said(pattern, match, said):
                quote = _quote(text, clause, match.start() - shift, match.end() - shift)
                found = [*_findings_of(pattern, match, quote, said_date(said, at))]
                taken += [place] if found else []
                yield from found


def _group(pattern: Pattern) -> str:
    """Name what may be said only once in one place: a job and its employer share a clause."""
    return pattern.slot if pattern.category in _SLOTTED else pattern.category


def _is_free(place: tuple[str, int, int], taken: list[tuple[str, int, int]]) -> bool:
    group, start, end = place
    return not any(
        group == other and start < its_end and its_start < end
        for other, its_start, its_end in taken
    )


def _is_said(pattern: Pattern, match: re.Match[str], clause: str) -> bool:
    before = clause[: match.start()]
    if _NOT_SAID.search(before[-25:]) or _REPORTED.search(before):
        return False
    if not pattern.is_english:
        if elsewhere.is_denied(before, match.group()):
            return False
    elif not reading.FIRST_PERSON.search(match.group()) and _is_of_another(before):
        return False
    if pattern.slot in ("employer", "occupation") and _SOUGHT.search(before):
        return False
    if pattern.may_be_negative:
        return True
    return not (_NEGATION.search(before[-25:]) or _ENDED.search(match.group()))


def _is_of_another(before: str) -> bool:
    *_, subject = None, *_SUBJECT.finditer(before)
    return subject is not None and not subject["own"]


def _findings_of(
    pattern: Pattern, match: re.Match[str], quote: str, date: str | None
) -> Iterator[Finding]:
    parts = match.groupdict()
    for value in _values(pattern, parts):
        statement = values.statement(pattern.says, value=value, parts=parts)
        if statement:
            yield Finding(
                category=pattern.category,
                slot=pattern.slot,
                value=value,
                statement=statement,
                kind=pattern.kind,
                basis=pattern.basis,
                quote=quote,
                date=date if pattern.slot in _DATED else None,
            )


def _values(pattern: Pattern, parts: dict[str, str | None]) -> list[str]:
    if listed := parts.get("list"):
        return values.listed(listed, slot=pattern.slot)
    if tools := parts.get("tools"):
        return values.tools(tools)
    value = next((parts[name] for name in ("v", "v2", "v3", "v4") if parts.get(name)), "")
    if taught := parts.get("taught"):
        value = f"teacher of {taught}"
    value = values.tidy(value or "", slot=pattern.slot)
    if name := parts.get("n"):
        value = f"{value} called {name}"
    if often := parts.get("often"):
        value = f"{value} {often.lower()}"
    return [value] if values.is_telling(value, slot=pattern.slot) else []


def _with_subject(clause: str) -> tuple[str, int]:
    """Give a clause the subject that people leave out, and how many characters that took."""
    if _NO_SUBJECT.match(clause):
        return f"I am {clause[0].lower()}{clause[1:]}", 5
    if _DONE.match(clause):
        return f"I {clause[0].lower()}{clause[1:]}", 2
    if clause.startswith("Been "):
        return f"I have b{clause[1:]}", 7
    return clause, 0


def _quote(text: str, clause: Clause, begin: int, stop: int) -> str:
    """Quote the clause if it is short, else what was matched and as much as fits around it."""
    if len(clause.text) <= _QUOTE:
        start, end = clause.start, clause.start + len(clause.text)
    else:
        start = clause.start + max(0, begin)
        end = min(clause.start + stop, start + _QUOTE)
    return text[start:end].strip()
