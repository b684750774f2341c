"""Reads the messages of stored conversations: who said what when, and where in the transcript."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from imports.pipeline.places import Place

SPOKEN = frozenset({"visible", "voice"})
OWN_WORDS = frozenset({"typed", "dictated"})

_OWN_MESSAGES = """
SELECT c.id, s->>0, (s->>3)::float8, (s->>4)::int, (s->>5)::int
FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted(id, number)
JOIN imports_conversation c ON c.id = wanted.id
CROSS JOIN LATERAL jsonb_array_elements(c.spans) WITH ORDINALITY AS spans(s, place)
WHERE s->>1 = 'user' AND s->>2 = ANY(%s) AND (s->>6)::boolean AND s->>7 = ANY(%s)
    AND (s->>5)::int > (s->>4)::int
ORDER BY wanted.number, spans.place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that the person saw: who said it, how a text of the person came about, and where."""

    role: str
    origin: str
    place: Place

    @property
    def length(self) -> int:
        return self.place.end - self.place.start


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """What the person typed or dictated, before its text is read."""

    id: str
    at: datetime | None
    place: Place


def own_messages(conversations: Sequence[uuid.UUID]) -> list[OwnMessage]:
    """Find what the person wrote themselves, one conversation after the other, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN_MESSAGES, (list(conversations), list(SPOKEN), list(OWN_WORDS)))
        return [
            OwnMessage(
                id=message_id,
                at=_moment(epoch),
                place=Place(conversation_id=conversation_id, start=start, end=end),
            )
            for conversation_id, message_id, epoch, start, end in cursor
        ]


def said_in(conversation_id: uuid.UUID, spans: Sequence[Sequence[Any]]) -> Iterator[Said]:
    """Yield what the person and the assistant said to each other, in order."""
    for _, role, kind, _, start, end, is_active, origin in spans:
        if kind in SPOKEN and is_active and role in ("user", "assistant") and end > start:
            place = Place(conversation_id=conversation_id, start=start, end=end)
            yield Said(role=role, origin=origin, place=place)


def _moment(epoch: float | None) -> datetime | None:
    return datetime.fromtimestamp(epoch, UTC) if epoch is not None else None
