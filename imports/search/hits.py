"""Reads what was found: neighbours as one text, who said it when, and what was said around it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from imports.lexicon.terms import Asked, occurrences
from imports.search.excerpts import Excerpt, Mark, excerpt_of
from imports.search.passages import Passage
from imports.search.windows import Message, Window, read_windows

_GAP = 40  # white space between two chunks that follow each other
_LONGEST = 3  # chunks in one hit
_KINDRED = 0.6  # a neighbor that answers much worse only stands beside the answer
_AROUND = 1_500  # characters on both sides in which neighbours are looked for
_LONGEST_TURN = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One message around a hit, or of it; shortened."""

    role: str
    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Who speaks from this character of a hit's text on."""

    role: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A piece of a conversation. ``start`` and ``end`` are characters of its transcript.

    ``marks`` are the words of ``text`` that were asked for, ``excerpt`` is what a list shows,
    ``facts`` are what is known about the person from it, as far as it was asked for. ``role`` and
    ``at`` are those of the message that answers best, ``turns`` tell who says what of ``text``.
    """

    text: str
    score: float
    conversation_id: uuid.UUID
    source_id: str
    provider: str
    title: str
    at: datetime | None
    role: str
    message_ids: tuple[str, ...]
    start: int
    end: int
    exchange: tuple[Exchange, ...]
    turns: tuple[Turn, ...]
    marks: tuple[Mark, ...]
    excerpt: Excerpt
    facts: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Piece:
    """Passages that follow each other; ``best`` is the one that answers best."""

    best: Passage
    start: int
    end: int
    chunks: int = 1
    facts: list[str]


def read_hits(passages: Sequence[Passage], *, asked: Asked, most: int) -> list[Hit]:
    """Give the hits of some passages, the best first, at most so many."""
    pieces = sorted(_merged(passages), key=lambda piece: -piece.best.score)[:most]
    wanted = [
        (piece.best.conversation_id, max(piece.start - _AROUND, 0), piece.end + _AROUND)
        for piece in pieces
    ]
    windows = dict(read_windows(wanted))
    return [
        _hit(piece, asked, windows[number])
        for number, piece in enumerate(pieces)
        if number in windows
    ]


def _merged(passages: Iterable[Passage]) -> Iterator[_Piece]:
    """Melt passages that follow each other into one piece, with the score of the best."""
    last: _Piece | None = None
    for passage in sorted(passages, key=lambda each: (each.conversation_id, each.start)):
        if last and _continues(last, passage):
            last.end = max(last.end, passage.end)
            last.best = max(last.best, passage, key=lambda each: each.score)
            last.facts += passage.facts
            last.chunks += 1
            continue
        if last:
            yield last
        last = _Piece(
            best=passage,
            start=passage.start,
            end=passage.end,
            facts=list(passage.facts),
        )
    if last:
        yield last


def _continues(piece: _Piece, passage: Passage) -> bool:
    scores = (piece.best.score, passage.score)
    return (
        piece.best.conversation_id == passage.conversation_id
        and passage.start <= piece.end + _GAP
        and piece.chunks < _LONGEST
        and min(scores) >= _KINDRED * max(scores)
    )


def _hit(piece: _Piece, asked: Asked, window: Window) -> Hit:
    talk = window.talk
    inside = [
        each
        for each in window.messages
        if each.start < piece.end and each.end > piece.start
    ]
    text = window.text[piece.start - window.start : piece.end - window.start]
    (places,) = occurrences([text], asked)
    marks = tuple(Mark(start=start, end=end) for start, end, _ in places)
    main = piece.best.message
    return Hit(
        text=text,
        score=piece.best.score,
        conversation_id=talk.id,
        source_id=talk.source_id,
        provider=talk.provider,
        title=talk.title,
        at=main.at or talk.updated_at or talk.created_at,
        role=main.role,
        message_ids=tuple(each.id for each in inside),
        start=piece.start,
        end=piece.end,
        exchange=tuple(_around(window, inside)),
        turns=tuple(
            Turn(role=each.role, start=max(each.start - piece.start, 0)) for each in inside
        ),
        marks=marks,
        excerpt=excerpt_of(text, marks, around=piece.best.best_at - piece.start),
        facts=tuple(dict.fromkeys(piece.facts)),
    )


def _around(window: Window, inside: list[Message]) -> Iterable[Exchange]:
    """Give the messages of a hit, the one before and the one after, as far as they are near."""
    if not inside:
        return
    messages = window.messages
    first, last = messages.index(inside[0]), messages.index(inside[-1])
    for each in messages[max(first - 1, 0) : last + 2]:
        text = window.text[max(each.start - window.start, 0) : each.end - window.start]
        is_before = each.end <= inside[0].start
        yield Exchange(
            role=each.role,
            at=each.at,
            # Of the message before, the end is what was answered.
            text=text[-_LONGEST_TURN:] if is_before else text[:_LONGEST_TURN],
        )
