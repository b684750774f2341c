"""What the person declared once for all conversations: custom instructions and saved memories.

The same text hangs over thousands of conversations: each is kept once, where it stood last.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from imports.pipeline.material.slices import rows_by_slice
from imports.pipeline.places import Place, texts_at
from imports.pipeline.redaction import redact

INSTRUCTIONS = "instructions"
SAVED_MEMORY = "saved_memory"
MOST = 2_000  # distinct texts; the newest are kept
LONGEST = 6_000
_PLACES = """
    SELECT c.id, d->>0, d->>1, (d->>2)::float8, (d->>3)::int, (d->>4)::int, d->>5
    FROM imports_conversation c, jsonb_array_elements(c.declared) d WHERE {slice} AND c.declared <> '[]'
"""
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
class _Unread:
    """A declared text of which only the place is known."""

    message_id: str
    kind: str
    epoch: float | None
    place: Place

    @property
    def order(self) -> tuple[float, str, str]:
        return (self.epoch or 0.0, str(self.place.conversation_id), self.message_id)


def read_declared(user_id: uuid.UUID) -> Generator[None, None, tuple[Declared, ...]]:
    """Read all declared texts, oldest first; yields between the pieces."""
    kept: dict[tuple[str, str], Declared] = {}
    unread = yield from _newest(user_id)
    for start in range(0, len(unread), _TEXTS_AT_ONCE):
        for declared in _read(unread[start : start + _TEXTS_AT_ONCE]):
            key = (declared.kind, " ".join(declared.text.casefold().split()))
            before = kept.get(key)
            if before is None or _recency(declared) > _recency(before):
                kept[key] = declared
        yield
    newest = sorted(kept.values(), key=lambda declared: declared.order)[-MOST:]
    return tuple(newest)


def _newest(user_id: uuid.UUID) -> Generator[None, None, list[_Unread]]:
    """Find where each distinct text stood last."""
    newest: dict[tuple[str, str], _Unread] = {}
    for rows in rows_by_slice(_PLACES, user_id=user_id):
        for conversation_id, message_id, kind, epoch, start, end, digest in rows:
            place = Place(conversation_id=conversation_id, start=start, end=end)
            found = _Unread(message_id=message_id, kind=kind, epoch=epoch, place=place)
            before = newest.get((kind, digest))
            if before is None or found.order > before.order:
                newest[kind, digest] = found
        if len(newest) > 2 * MOST:
            newest = dict(sorted(newest.items(), key=lambda item: item[1].order)[-MOST:])
        yield
    return sorted(newest.values(), key=lambda unread: unread.order)[-MOST:]


def _read(unread: list[_Unread]) -> Iterator[Declared]:
    for number, text in texts_at([each.place for each in unread]):
        yield from _texts_of(unread[number], text)


def _recency(declared: Declared) -> tuple[float, str, str]:
    return (declared.order[0], str(declared.conversation_id), declared.message_id)


def _texts_of(found: _Unread, text: str) -> Iterator[Declared]:
    at = datetime.fromtimestamp(found.epoch, UTC) if found.epoch is not None else None
    if found.kind == "memory_write":
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
                conversation_id=found.place.conversation_id,
                message_id=found.message_id,
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
