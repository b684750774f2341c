"""Mistral's Le Chat: a file is one conversation, a list of its messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from imports.formats.decoding import Undecodable
from imports.formats.limits import Limits
from imports.formats.providers.each import skipped
from imports.formats.providers.turns import (
    About,
    Turn,
    chained,
    conversation,
    decode_object,
    files_of,
    joined,
    objects_in,
    text_in,
)
from imports.formats.records import Position, Record
from imports.formats.slicing import Element
from imports.formats.times import read_time

_ROLES = {"user": "user", "assistant": "assistant", "system": "system", "tool": "tool"}


def read_messages(
    elements: Iterable[Element], /, *, part: int, limits: Limits
) -> Iterator[Record]:
    """Gather the messages that carry the same chat id into one conversation."""
    turns: list[Turn] = []
    chat_id, held, end = "", 0, 0
    for element in elements:
        try:
            message = decode_object(element)
        except Undecodable as error:
            yield from _flush(chat_id, turns, Position(part, end))
            turns, held = [], 0
            yield skipped(error.reason, position=Position(part, element.end))
            continue
        held += element.end - element.start
        other = text_in(message, "chatId")
        if turns and (other != chat_id or held > limits.max_conversation_bytes):
            yield from _flush(chat_id, turns, Position(part, end))
            turns, held = [], 0
        chat_id, end = other, element.end
        turns.append(_turn(message, len(turns)))
    yield from _flush(chat_id, turns, Position(part, end))


def _flush(chat_id: str, turns: list[Turn], position: Position) -> Iterator[Record]:
    if turns:
        in_order = sorted(
            turns, key=lambda t: t.created_at.timestamp() if t.created_at else 0
        )
        about = About(source_id=chat_id, provider="lechat", position=position)
        yield conversation(about, chained(in_order))


def _turn(message: dict[str, Any], number: int) -> Turn:
    chunks = objects_in(message, "contentChunks")
    said = "".join(text_in(each, "text") for each in chunks if each.get("type") == "text")
    return Turn(
        id=text_in(message, "id") or f"message-{number}",
        parent=None,
        role=_ROLES.get(text_in(message, "role").lower(), "unknown"),
        text=joined(
            said or text_in(message, "content"), *files_of(message, "files", "name")
        ),
        created_at=read_time(message.get("createdAt")),
        model=text_in(message, "model"),
    )
