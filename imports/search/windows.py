"""Looks into conversations: what stands there, and who says it; each one is opened once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

# Behind OFFSET 0, the text and the messages of a conversation are there for all windows: its
# text may be as long as a library, and has tens of thousands of messages then.
_READ = """
WITH talk AS MATERIALIZED (
    SELECT conversation_id, array_agg(number) AS numbers, array_agg(start) AS starts,
        array_agg("end") AS ends, range_agg(int4range(start, "end")) AS reach
    FROM unnest(%s::uuid[], %s::int[], %s::int[])
        WITH ORDINALITY AS wanted(conversation_id, start, "end", number)
    GROUP BY conversation_id
)
SELECT stretch.number,
    imports_text_at(
        opened.utf8, c.milestones, stretch.start,
        least(stretch."end", c.shown_length) - stretch.start
    ),
    opened.spans, c.id, c.provider, c.source_id, c.title, c.created_at, c.updated_at
FROM talk JOIN imports_conversation c ON c.id = talk.conversation_id
CROSS JOIN LATERAL (
    SELECT convert_to(c.transcript, 'UTF8') AS utf8,
        (
            SELECT jsonb_agg(span ORDER BY place)
            FROM jsonb_array_elements(c.spans) WITH ORDINALITY AS each(span, place)
            WHERE int4range((span->>4)::int, (span->>5)::int) && talk.reach
        ) AS spans
    OFFSET 0
) opened
CROSS JOIN LATERAL unnest(talk.numbers, talk.starts, talk.ends) AS stretch(number, start, "end")
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of a conversation; ``start`` and ``end`` are characters of the transcript."""

    id: str
    role: str
    at: datetime | None
    start: int
    end: int

    @classmethod
    def of_span(cls, span: Sequence[Any]) -> Message:
        """Read a span as ``Conversation.spans`` holds it."""
        at = None if span[3] is None else datetime.fromtimestamp(span[3], UTC)
        return cls(id=span[0], role=span[1], at=at, start=span[4], end=span[5])


@dataclass(frozen=True, slots=True)
class Talk:
    """Which conversation it is that was looked into."""

    id: uuid.UUID
    provider: str
    source_id: str
    title: str
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What stands in a stretch of a conversation from ``start`` on, and whose messages that is."""

    talk: Talk
    start: int
    text: str
    messages: list[Message]


def read_windows(
    wanted: Sequence[tuple[uuid.UUID, int, int]],
) -> Iterator[tuple[int, Window]]:
    """Yield the number of each stretch and what stands there, in any order.

    A stretch is a conversation, a first character and the one behind the last, as far as that was
    shown. What has been erased meanwhile is left out.
    """
    conversations, starts, ends = zip(*wanted, strict=True) if wanted else ((), (), ())
    said: dict[uuid.UUID, list[Message]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(conversations), list(starts), list(ends)])
        for number, text, spans, *head in cursor.fetchall():
            talk, start = Talk(*head), starts[number - 1]
            if talk.id not in said:
                said[talk.id] = [Message.of_span(span) for span in _decoded(spans)]
            end = start + len(text)
            messages = [
                each for each in said[talk.id] if each.start < end and each.end > start
            ]
            window = Window(talk=talk, start=start, text=text, messages=messages)
            yield number - 1, window


def _decoded(spans: Any) -> list[Any]:
    """Give the spans that a raw statement brought: Django leaves their JSON as text."""
    return (json.loads(spans) if isinstance(spans, str) else spans) or []
