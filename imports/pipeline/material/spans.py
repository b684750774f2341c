"""Reads the messages of a stored conversation out of its transcript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from imports.models import Conversation

SPOKEN = frozenset({"visible", "voice"})
OWN_WORDS = frozenset({"typed", "dictated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message that the person saw: who said it, when, and how a text of the person came about."""

    id: str
    role: str
    at: datetime | None
    text: str
    origin: str


def said_in(conversation: Conversation) -> Iterator[Said]:
    """Yield what the person and the assistant said to each other, in order."""
    for message_id, role, kind, epoch, start, end, is_active, origin in conversation.spans:
        if kind in SPOKEN and is_active and role in ("user", "assistant") and end > start:
            yield Said(
                id=message_id,
                role=role,
                at=datetime.fromtimestamp(epoch, UTC) if epoch is not None else None,
                text=conversation.transcript[start:end],
                origin=origin,
            )
