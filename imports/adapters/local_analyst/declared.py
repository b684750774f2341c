"""Reads custom instructions and saved memories: written by or for the person, often of "the user"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from imports.adapters.local_analyst import reading
from imports.adapters.local_analyst.extraction import Finding, findings, of_clause
from imports.adapters.local_analyst.reading import Clause

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"^[\s\-*•\d.)\[\]]*(?:\[?\d{4}-\d\d-\d\d\]?[.:]?\s*)?")
_THIRD = (
    (
        re.compile(
            r"\b(?:The user|the user|User|user|They|they|He|She)(?:'s| is| are)\b(?= (?:name|wife|husband|"
            r"partner|dog|cat|son|daughter|favorite|favourite|goal|job|project|home|pet|brother|sister|"
            r"employer|company|hobby|hobbies|main|stack|native|hometown))"
        ),
        "my",
    ),
    (re.compile(r"\b(?:The user|the user|User|user)'s\b"), "my"),
    (re.compile(r"\b(?:[Tt]heir|[Hh]is|[Hh]er)\b"), "my"),
    (re.compile(r"\b(?:The user|the user|User|user|[Tt]hey) (?:is|are)\b"), "I am"),
    (re.compile(r"\b(?:The user|the user|User|user|[Tt]hey) has been\b"), "I have been"),
    (re.compile(r"\b(?:The user|the user|User|user|[Tt]hey) (?:has|have)\b"), "I have"),
    (
        re.compile(r"\b(?:The user|the user|User|user|[Tt]hey) does(?:n't| not)\b"),
        "I don't",
    ),
    (
        re.compile(
            r"\b(?:The user|the user|User|user|[Tt]hey) (was|can|cannot|can't|will|would)\b"
        ),
        r"I \1",
    ),
    (
        re.compile(
            r"\b(?:The user|the user|User|user|[Tt]hey) ((?:\w+ly )?)(\w+?)(?:(?<=[sxzh])es|(?<=i)es|s)\b"
        ),
        r"I \1\2",
    ),
    (re.compile(r"\b(?:The user|the user|User|user|[Tt]hey)\b"), "I"),
)
_BARE_VERB = re.compile(
    r"^(Live|Work|Prefer|Like|Love|Enjoy|Use|Hate|Dislike|Speak|Want|Study|Own|Run|Drink|Eat|Play)s\b"
)
# "Lives in Lisbon.", "Has a dog named Pixel.": the subject is left out.
_BARE = (
    (re.compile(r"^(?:Is|Are)\b"), "I am"),
    (re.compile(r"^Has\b"), "I have"),
    (re.compile(r"^(?:Does not|Doesn't)\b"), "I don't"),
    (
        re.compile(
            r"^(?=(?:Allergic|Married|Vegetarian|Vegan|Learning|Training|Working|Building|Based|"
            r"Originally from|From|Writing|Studying|Saving|Diagnosed)\b)"
        ),
        "I am ",
    ),
    (re.compile(r"^(?=(?:Moved|Adopted|Works|Prefers|Grew up|Was born|Joined)\b)"), "I "),
)


def declared_findings(text: str, *, kind: str, at: datetime | None) -> Iterator[Finding]:
    """Yield what a declared text says about the person; its quotes are whole lines."""
    if reading.is_hostile(text):
        return
    if kind == "instructions" and not re.search(r"\buser\b", text, re.I):
        yield from findings(text, kind=kind, at=at)
        yield from _orders(text, at=at)
        return
    seen: set[str] = set()
    for line in _lines(text):
        for finding in _of_line(line, kind=kind, at=at):
            if finding.statement.casefold() not in seen:
                seen.add(finding.statement.casefold())
                yield finding


def _lines(text: str) -> Iterator[str]:
    """Yield sentences: a quote of a declared text is one of them."""
    for line in _LINE.findall(text):
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z])", line.strip())


def _of_line(line: str, *, kind: str, at: datetime | None) -> Iterator[Finding]:
    quote = _BULLET.sub("", line).strip()[:160]
    said = in_first_person(quote)
    found = False
    for clause in reading.clauses(reading.shown(said, kind=kind)):
        for finding in of_clause(Clause(0, clause.text), text=said, at=at):
            found = True
            yield replace(finding, statement=_repaired(finding.statement), quote=quote)
    if not found and (rest := _verbatim(quote)):
        yield rest


def in_first_person(line: str) -> str:
    """Say a sentence about "the user" as the person would say it."""
    said = _BARE_VERB.sub(lambda verb: f"I {verb[1].lower()}", line)
    for pattern, words in (*_BARE, *_THIRD):
        said = pattern.sub(words, said)
    return said


def _repaired(statement: str) -> str:
    return re.sub(r"\bI\b", "they", statement)


def _verbatim(line: str) -> Finding | None:
    """Keep a saved sentence about the user as it is, if no pattern knows it."""
    found = re.match(
        r"(?:The user|User)\s+((?:is|has|wants|prefers|likes|works|lives|plans|\w+s)\b.{4,150})",
        line,
    )
    if not found or "?" in line:
        return None
    statement = found[1].rstrip(". ")
    return Finding(
        category=_category(statement),
        slot="",
        value=statement,
        statement=statement,
        kind="durable",
        basis="stated",
        quote=line,
        date=None,
    )


_KEYWORDS = (
    ("project", ("building", "working on", "project", "developing", "writing")),
    ("goal", ("wants", "plans", "aims", "goal", "hopes", "saving", "training for")),
    ("style", ("prefers", "answers", "responses", "tone")),
    ("work", ("works", "job", "company", "team", "business")),
    ("family", ("wife", "husband", "son", "daughter", "dog", "cat", "partner", "kids")),
    ("health", ("allerg", "diagnosed", "diet", "health", "sleep", "exercise")),
    ("skill", ("uses", "knows", "speaks", "learning")),
    ("preference", ("likes", "loves", "enjoys", "dislikes", "hates", "interested")),
)


def _category(statement: str) -> str:
    lower = statement.lower()
    found = (name for name, words in _KEYWORDS if any(word in lower for word in words))
    return next(found, "identity")


_ORDER = re.compile(
    r"(?:please )?(?:(?P<no>no|without|don't|do not|never|avoid|stop|skip) |(?P<do>always |use |keep |be |give "
    r"|write |answer |explain |respond |reply |speak |show |include |cite |ask |prefer |format |start |end |put "
    r"|add |list |offer |challenge |quote ))(?P<rest>.{3,100})",
    re.I,
)


def _orders(text: str, *, at: datetime | None) -> Iterator[Finding]:
    """Yield the orders of custom instructions that no pattern knows."""
    for line in _lines(text):
        order = _BULLET.sub("", line).strip().rstrip(".!")
        found = _ORDER.fullmatch(order)
        if (
            found
            and len(order) <= 120
            and not [*findings(order, kind="instructions", at=at)]
        ):
            yield Finding(
                category="style",
                slot="response",
                value=order,
                statement=_wish(found),
                kind="durable",
                basis="stated",
                quote=order,
                date=None,
            )


def _wish(order: re.Match[str]) -> str:
    if order["do"]:
        return f"wants the assistant to {order['do'].lower()}{order['rest']}"
    if order["no"].lower() in ("no", "without", "avoid", "skip"):
        return f"wants no {order['rest'].removeprefix('the ')}"
    return f"wants the assistant not to {order['rest']}"
