"""Lays the text of a conversation out once: what was shown first, everything else behind it.

Chunks and search work on the first part only, a contiguous text in the order people read it.
Nothing is lost by that: other branches, tool results, reasoning and hidden messages follow, each
with its span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from imports.formats import Conversation, Message, MessageKind

SEPARATOR = "\n\n"
_SPOKEN = {MessageKind.VISIBLE, MessageKind.VOICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A text, where each message lies in it, and where the messages that were shown end."""

    text: str
    spans: list[list[Any]]  # [id, role, kind, time, start, end, is_active, origin]
    shown_borders: list[int]  # ends of the shown messages, ascending
    shown_length: int


def lay_out(conversation: Conversation) -> Transcript:
    """Lay out all messages; those without text have an empty span."""
    shown = [message for message in conversation.messages if is_shown(message)]
    rest = [message for message in conversation.messages if not is_shown(message)]
    pieces: list[str] = []
    spans: list[list[Any]] = []
    borders: list[int] = []
    at = 0
    for message in (*shown, *rest):
        start = at
        if message.text:
            pieces += (message.text, SEPARATOR)
            at += len(message.text) + len(SEPARATOR)
        end = start + len(message.text)
        spans.append(_span(message, start, end))
        if len(spans) <= len(shown):
            borders.append(end)
    return Transcript(
        text="".join(pieces),
        spans=spans,
        shown_borders=borders,
        shown_length=borders[-1] if borders else 0,
    )


def is_shown(message: Message) -> bool:
    """Tell whether the person saw this text as part of the conversation."""
    return message.is_active and message.kind in _SPOKEN and bool(message.text)


def _span(message: Message, start: int, end: int) -> list[Any]:
    at = message.created_at.timestamp() if message.created_at else None
    return [
        message.id,
        message.role,
        message.kind.value,
        at,
        start,
        end,
        message.is_active,
        message.origin,
    ]
