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
    imports_text_at(whole.utf8, c.milestones, stretch.start, stretch."end" - stretch.start),
    (
        SELECT jsonb_agg(span ORDER BY place)
        FROM unnest(said.spans, said.places, said.starts, said.ends)
            AS each(span, place, start, "end")
        WHERE each.start < stretch."end" AND each."end" > stretch.start
    )
FROM talk JOIN imports_conversation c ON c.id = talk.conversation_id
CROSS JOIN LATERAL (SELECT convert_to(c.transcript, 'UTF8') AS utf8 OFFSET 0) whole
CROSS JOIN LATERAL (
    SELECT array_agg(span) AS spans, array_agg(place) AS places,
        array_agg((span->>4)::int) AS starts, array_agg((span->>5)::int) AS ends
    FROM jsonb_array_elements(c.spans) WITH ORDINALITY AS each(span, place)
    WHERE int4range((span->>4)::int, (span->>5)::int) && talk.reach
    OFFSET 0
) said
CROSS JOIN LATERAL (
    SELECT number, start, least("end", c.shown_length) AS "end"
    FROM unnest(talk.numbers, talk.starts, talk.ends) AS each(number, start, "end")
) stretch
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What stands in a stretch of a conversation from ``start`` on, and whose messages that is."""

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
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(conversations), list(starts), list(ends)])
        for number, text, spans in cursor.fetchall():
            messages = [Message.of_span(span) for span in _decoded(spans)]
            yield number - 1, Window(start=starts[number - 1], text=text, messages=messages)


def _decoded(spans: Any) -> list[Any]:
    """Give the spans that a raw statement brought: Django leaves their JSON as text."""
    return (json.loads(spans) if isinstance(spans, str) else spans) or []
