"""Reads what was found: neighbours as one text, who said it when, and what was said around it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from imports.lexicon.terms import occurrences, terms_of
from imports.models import Chunk
from imports.search.excerpts import Excerpt, Mark, excerpt_of, marks_of

_GAP = 40  # white space between two chunks that follow each other
_LONGEST = 3  # chunks in one hit
_KINDRED = 0.6  # a neighbor that answers much worse only stands beside the answer
_AROUND = 1_500  # characters on both sides in which neighbours are looked for
_LONGEST_TURN = 600

_READ = """
SELECT wanted.place, c.id, c.provider, c.source_id, c.title, c.created_at, c.updated_at,
    greatest(wanted.starts - %(around)s, 0),
    substr(
        c.transcript,
        greatest(wanted.starts - %(around)s, 0) + 1,
        least(wanted.ends + %(around)s, c.shown_length)
            - greatest(wanted.starts - %(around)s, 0)
    ),
    (
        SELECT jsonb_agg(span ORDER BY number)
        FROM jsonb_array_elements(c.spans) WITH ORDINALITY AS each(span, number)
        WHERE (span->>4)::int < least(wanted.ends + %(around)s, c.shown_length)
        AND (span->>5)::int > greatest(wanted.starts - %(around)s, 0)
        AND (span->>5)::int > (span->>4)::int
    )
FROM unnest(%(conversations)s::uuid[], %(starts)s::int[], %(ends)s::int[])
    WITH ORDINALITY AS wanted(conversation_id, starts, ends, place)
JOIN imports_conversation c ON c.id = wanted.conversation_id
ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One message around a hit, or of it; shortened."""

    role: str
    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A piece of a conversation. ``start`` and ``end`` are characters of its transcript.

    ``marks`` are the words of ``text`` that were asked for, ``excerpt`` is what a list shows.
    ``role`` and ``at`` are those of the message that shares most words with the question, or else
    makes up most of the piece.
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
    marks: tuple[Mark, ...]
    excerpt: Excerpt


@dataclass(slots=True, kw_only=True)
class _Piece:
    conversation_id: uuid.UUID
    start: int
    end: int
    score: float
    chunks: int = 1


def read_hits(
    ranked: Sequence[tuple[int, float]], *, question: str, most: int | None = None
) -> list[Hit]:
    """Give the hits of some chunks with their scores, the best first, at most so many."""
    scores = dict(ranked)
    rows = Chunk.objects.filter(id__in=scores).values_list(
        "id", "conversation_id", "start", "end"
    )
    pieces = [
        _Piece(conversation_id=conversation, start=start, end=end, score=scores[id_])
        for id_, conversation, start, end in rows
    ]
    merged = sorted(_merged(pieces), key=lambda piece: -piece.score)
    return list(_read(merged[:most], question))


def _merged(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Melt chunks that follow each other into one piece, with the score of the best."""
    merged: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.conversation_id, piece.start)):
        last = merged[-1] if merged else None
        if (
            last
            and last.conversation_id == piece.conversation_id
            and piece.start <= last.end + _GAP
            and last.chunks < _LONGEST
            and min(last.score, piece.score) >= _KINDRED * max(last.score, piece.score)
        ):
            last.end = max(last.end, piece.end)
            last.score = max(last.score, piece.score)
            last.chunks += 1
        else:
            merged.append(piece)
    return merged


def _read(pieces: list[_Piece], question: str) -> Iterable[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "around": _AROUND,
                "conversations": [piece.conversation_id for piece in pieces],
                "starts": [piece.start for piece in pieces],
                "ends": [piece.end for piece in pieces],
            },
        )
        rows = cursor.fetchall()
    asked = set(terms_of([question])[0].tolist())
    for place, *row in rows:
        yield _hit(pieces[place - 1], asked, *row)


def _hit(
    piece: _Piece,
    asked: set[int],
    conversation_id: uuid.UUID,
    provider: str,
    source_id: str,
    title: str,
    created_at: datetime | None,
    updated_at: datetime | None,
    offset: int,
    window: str,
    spans: Any,
) -> Hit:
    spans = _decoded(spans)
    inside = [span for span in spans if _overlap(span, piece) > 0]
    main = _main(inside, piece, asked, window, offset)
    text = window[piece.start - offset : piece.end - offset]
    marks = marks_of(*occurrences([text], asked))
    return Hit(
        text=text,
        score=piece.score,
        conversation_id=conversation_id,
        source_id=source_id,
        provider=provider,
        title=title,
        at=(_moment(main) if main else None) or updated_at or created_at,
        role=main[1] if main else "",
        message_ids=tuple(span[0] for span in inside),
        start=piece.start,
        end=piece.end,
        exchange=tuple(_around(spans, inside, window, offset)),
        marks=marks,
        excerpt=excerpt_of(text, marks),
    )


def _main(
    inside: list[Any], piece: _Piece, asked: set[int], window: str, offset: int
) -> Any:
    """Give the message that a hit is about; None when there is none."""
    if len(inside) < 2:
        return inside[0] if inside else None
    texts = [
        window[max(span[4], piece.start) - offset : min(span[5], piece.end) - offset]
        for span in inside
    ]
    shared = [len(asked.intersection(terms.tolist())) for terms in terms_of(texts)]
    best = max(range(len(inside)), key=lambda at: (shared[at], len(texts[at])))
    return inside[best]


def _around(
    spans: list[Any], inside: list[Any], window: str, offset: int
) -> Iterable[Exchange]:
    """Give the messages of a hit, the one before and the one after, as far as they are near."""
    first, last = (spans.index(inside[0]), spans.index(inside[-1])) if inside else (0, 0)
    for span in spans[max(first - 1, 0) : last + 2]:
        text = window[max(span[4] - offset, 0) : span[5] - offset]
        is_before = inside and span[5] <= inside[0][4]
        yield Exchange(
            role=span[1],
            at=_moment(span),
            # Of the message before, the end is what was answered.
            text=text[-_LONGEST_TURN:] if is_before else text[:_LONGEST_TURN],
        )


def _overlap(span: Any, piece: _Piece) -> int:
    return int(min(span[5], piece.end) - max(span[4], piece.start))


def _moment(span: Any) -> datetime | None:
    return None if span[3] is None else datetime.fromtimestamp(span[3], UTC)


def _decoded(spans: Any) -> list[Any]:
    # Django leaves the JSON of raw statements as text.
    return (json.loads(spans) if isinstance(spans, str) else spans) or []
