"""What the person declared once for all conversations: custom instructions and saved memories.

The same text hangs over thousands of conversations: each is kept once, where it stood last.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from imports.pipeline.material.slices import TABLE, rows_by_slice
from imports.pipeline.redaction import redact

INSTRUCTIONS = "instructions"
SAVED_MEMORY = "saved_memory"
MOST = 2_000  # distinct texts; the newest are kept
LONGEST = 6_000
_PLACES = """
    SELECT c.id, d->>0, d->>1, (d->>2)::float8, (d->>3)::int, (d->>4)::int, d->>5
    FROM {table} c, jsonb_array_elements(c.declared) d WHERE {slice} AND c.declared <> '[]'
"""
_TEXTS = f"""
    SELECT place, substring(c.transcript FROM first + 1 FOR length)
    FROM unnest(%s::uuid[], %s::int[], %s::int[]) WITH ORDINALITY AS t(id, first, length, place)
    JOIN {TABLE} c ON c.id = t.id
"""  # noqa: S608 - the table is ours
_TEXTS_AT_ONCE = 100
_NUMBERED = re.compile(r"^\s*\d+\.\s*\[(\d{4}-\d{2}-\d{2})\]\.?\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declared text, redacted, and the message that holds it."""

    kind: str
    text: str
    at: datetime | None
    conversation_id: uuid.UUID
    message_id: str

    @property
    def order(self) -> tuple[float, str]:
        return (self.at.timestamp() if self.at else 0.0, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a declared text stands."""

    conversation_id: uuid.UUID
    message_id: str
    kind: str
    epoch: float | None
    start: int
    end: int

    @property
    def order(self) -> tuple[float, str, str]:
        return (self.epoch or 0.0, str(self.conversation_id), self.message_id)


def read_declared(user_id: uuid.UUID) -> Generator[None, None, tuple[Declared, ...]]:
    """Read all declared texts, oldest first; yields between the pieces."""
    kept: dict[tuple[str, str], Declared] = {}
    places = yield from _newest_places(user_id)
    for batch in _batches(places):
        for declared in (each for found in _texts_at(batch) for each in _texts_of(*found)):
            key = (declared.kind, " ".join(declared.text.casefold().split()))
            before = kept.get(key)
            if before is None or _place(declared) > _place(before):
                kept[key] = declared
        yield
    newest = sorted(kept.values(), key=lambda declared: declared.order)[-MOST:]
    return tuple(newest)


def _newest_places(user_id: uuid.UUID) -> Generator[None, None, list[_Place]]:
    """Find where each distinct text stood last."""
    places: dict[tuple[str, str], _Place] = {}
    for rows in rows_by_slice(_PLACES, user_id=user_id):
        for *place, digest in rows:
            found = _Place(**dict(zip(_Place.__slots__, place, strict=True)))
            before = places.get((found.kind, digest))
            if before is None or found.order > before.order:
                places[found.kind, digest] = found
        if len(places) > 2 * MOST:
            places = dict(sorted(places.items(), key=lambda item: item[1].order)[-MOST:])
        yield
    return sorted(places.values(), key=lambda place: place.order)[-MOST:]


def _batches(places: list[_Place]) -> Iterator[list[_Place]]:
    for start in range(0, len(places), _TEXTS_AT_ONCE):
        yield places[start : start + _TEXTS_AT_ONCE]


def _texts_at(places: list[_Place]) -> list[tuple[_Place, str]]:
    ids = [each.conversation_id for each in places]
    starts = [each.start for each in places]
    lengths = [each.end - each.start for each in places]
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, (ids, starts, lengths))
        return [(places[number - 1], text) for number, text in cursor.fetchall()]


def _place(declared: Declared) -> tuple[float, str, str]:
    return (declared.order[0], str(declared.conversation_id), declared.message_id)


def _texts_of(place: _Place, text: str) -> Iterator[Declared]:
    at = datetime.fromtimestamp(place.epoch, UTC) if place.epoch is not None else None
    if place.kind == "memory_write":
        parts = [(SAVED_MEMORY, text, at)]
    else:
        parts = list(_saved_memories(text)) or [(INSTRUCTIONS, text, at)]
    for kind, part, part_at in parts:
        redacted = redact(part[:LONGEST]).strip()
        if redacted:
            yield Declared(
                kind=kind,
                text=redacted,
                at=part_at,
                conversation_id=place.conversation_id,
                message_id=place.message_id,
            )


def _saved_memories(text: str) -> Iterator[tuple[str, str, datetime | None]]:
    """Split a numbered, dated list of saved memories; nothing if it is none."""
    heads = list(_NUMBERED.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=False):
        yield SAVED_MEMORY, text[head.end() : end], _day(head[1])


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
