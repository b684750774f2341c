"""Lays the text of a conversation out once: what was shown first, everything else behind it.

Chunks and search work on the first part only, a contiguous text in the order people read it.
Nothing is lost by that: other branches, tool results, reasoning and hidden messages follow, each
with its span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from imports.formats import Conversation, Message, MessageKind
from imports.pipeline.long_text import LongText, text_of

SEPARATOR = "\n\n"
_SPOKEN = {MessageKind.VISIBLE, MessageKind.VOICE}

# id, role, kind, time in epoch seconds, start, end, is_active, origin
Span = tuple[str, str, MessageKind, float | None, int, int, bool, str]
_END: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A text, where each message lies in it, and where the messages that were shown end."""

    text: str | LongText
    spans: list[Span]
    shown_borders: list[int]  # ends of the shown messages, ascending
    shown_length: int


def lay_out(conversation: Conversation) -> Transcript:
    """Lay out all messages; those without text have an empty span."""
    shown: list[Message] = []
    rest: list[Message] = []
    for message in conversation.messages:
        (shown if is_shown(message) else rest).append(message)
    pieces: list[str] = []
    spans = _place(shown, 0, pieces)
    borders = [span[_END] for span in spans]
    shown_length = borders[-1] if borders else 0
    spans += _place(rest, shown_length + len(SEPARATOR) if shown else 0, pieces)
    return Transcript(
        text=text_of(pieces),
        spans=spans,
        shown_borders=borders,
        shown_length=shown_length,
    )


def is_shown(message: Message) -> bool:
    """Tell whether the person saw this text as part of the conversation."""
    return message.is_active and message.kind in _SPOKEN and bool(message.text)


def _place(messages: list[Message], start: int, pieces: list[str]) -> list[Span]:
    """Append the texts to the pieces, the first one beginning at ``start``."""
    spans: list[Span] = []
    for each in messages:
        text, time = each.text, each.created_at
        end = start + len(text)
        spans.append(
            (
                each.id,
                each.role,
                each.kind,
                time.timestamp() if time else None,
                start,
                end,
                each.is_active,
                each.origin,
            )
        )
        if text:
            pieces += (text, SEPARATOR)
            start = end + len(SEPARATOR)
    return spans
