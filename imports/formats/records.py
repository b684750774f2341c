"""What comes out of this room: conversations, their messages, and what was skipped.

Every string in a record is fit for PostgreSQL: no NUL, no lone surrogate. Records hold
no reference cycles, so the garbage collector need not look at them (``gc=False``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two records: part by number, offset in bytes of its UTF-8 form."""

    part: int
    offset: int


START = Position(part=0, offset=0)


class MessageKind(StrEnum):
    """What a message is for; the classes of the specification, section 7."""

    VISIBLE = "visible"
    VOICE = "voice"
    CONTEXT = "context"
    MEMORY_WRITE = "memory_write"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    REASONING = "reasoning"
    HIDDEN = "hidden"
    APP_CONTEXT = "app_context"
    COMMENTARY = "commentary"
    UNKNOWN = "unknown"


class Message(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One message, at its place in the tree of its conversation.

    ``parent_id`` is the nearest ancestor that carries a message. ``origin`` says how text
    of the person came about: typed, dictated, pasted or quoted; "" for everybody else.
    """

    id: str
    parent_id: str | None
    role: str
    kind: MessageKind
    created_at: datetime | None
    text: str
    is_active: bool
    origin: str = ""
    model: str = ""


class Conversation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One conversation with all its branches, parents before their children."""

    source_id: str
    provider: str
    title: str
    created_at: datetime | None
    updated_at: datetime | None
    messages: tuple[Message, ...]
    models: tuple[str, ...]
    is_remembered: bool
    project_id: str = ""
    gizmo_id: str = ""
    oddities: Mapping[str, int]
    position: Position
    content_hash: bytes

    @property
    def rank(self) -> tuple[float, int]:
        """Tell which of two copies counts: the newer one, then the one with more in it."""
        updated = self.updated_at or self.created_at
        return (updated.timestamp() if updated else 0.0, len(self.messages))


class Skipped(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A record that could not be read, and why."""

    reason: str
    detail: str
    position: Position
    source_id: str | None = None


Record = Conversation | Skipped
