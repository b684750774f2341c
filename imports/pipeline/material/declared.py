"""What the person declared once for all conversations: custom instructions and saved memories.

The same text hangs over thousands of conversations: each is kept once, where it stood last.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imports.pipeline.material.slices import rows_by_slice
from imports.pipeline.redaction import redact

INSTRUCTIONS = "instructions"
SAVED_MEMORY = "saved_memory"
MOST = 2_000  # distinct texts; the newest are kept
LONGEST = 6_000
_TEXTS = """
    SELECT c.id, s->>0, s->>2, coalesce((s->>3)::float8, extract(epoch FROM c.created_at)::float8),
        substring(c.transcript FROM (s->>4)::int + 1 FOR (s->>5)::int - (s->>4)::int)
    FROM {table} c, jsonb_array_elements(c.spans) s
    WHERE {slice} AND c.spans @? %s AND s->>2 IN ('context', 'memory_write')
        AND (s->>5)::int > (s->>4)::int
"""
# Strict: the lax mode would look into the spans themselves.
_HOLDS_ONE = 'strict $[*] ? (@[2] == "context" || @[2] == "memory_write")'
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


def read_declared(user_id: uuid.UUID) -> Generator[None, None, tuple[Declared, ...]]:
    """Read all declared texts, oldest first; yields between the pieces."""
    kept: dict[tuple[str, str], Declared] = {}
    slices = rows_by_slice(_TEXTS, user_id=user_id, parameters=(_HOLDS_ONE,))
    for rows in slices:
        for declared in (each for row in rows for each in _texts_of(*row)):
            key = (declared.kind, " ".join(declared.text.casefold().split()))
            before = kept.get(key)
            if before is None or _place(declared) > _place(before):
                kept[key] = declared
        if len(kept) > 2 * MOST:
            kept = dict(sorted(kept.items(), key=lambda item: item[1].order)[-MOST:])
        yield
    newest = sorted(kept.values(), key=lambda declared: declared.order)[-MOST:]
    return tuple(newest)


def _place(declared: Declared) -> tuple[float, str, str]:
    return (declared.order[0], str(declared.conversation_id), declared.message_id)


def _texts_of(*row: Any) -> Iterator[Declared]:
    conversation_id, message_id, kind, epoch, text = row
    at = datetime.fromtimestamp(epoch, UTC) if epoch is not None else None
    if kind == "memory_write":
        parts = [(SAVED_MEMORY, text, at)]
    else:
        parts = list(_saved_memories(text)) or [(INSTRUCTIONS, text, at)]
    for part_kind, part, part_at in parts:
        redacted = redact(part[:LONGEST]).strip()
        if redacted:
            yield Declared(
                kind=part_kind,
                text=redacted,
                at=part_at,
                conversation_id=conversation_id,
                message_id=message_id,
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
