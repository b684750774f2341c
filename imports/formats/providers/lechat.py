"""Mistral's Le Chat: a file is one conversation, a list of its messages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from imports.formats.decoding import Undecodable
from imports.formats.failures import ExportFailure
from imports.formats.limits import Limits
from imports.formats.providers.each import skipped
from imports.formats.providers.turns import (
    ROLES,
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

# What even the smallest message takes in memory.
_LEAST_BYTES = 500


# By chat id, or by place where there is none; the one that is longest silent comes first.
Pending = OrderedDict[str | int, "_Open"]


def read_messages(
    elements: Iterable[Element], /, *, part: int, limits: Limits
) -> Iterator[Record]:
    """Gather the messages that carry the same chat id into one conversation.

    Chats come in the order in which they end. So many are held open that all of them are as
    large as one conversation may be; of one that is larger by itself, the rest is counted.
    """
    pending: Pending = OrderedDict()
    held = 0
    try:
        for element in elements:
            held += _take(element, pending, part=part, most=limits.max_conversation_bytes)
            while len(pending) > 1 and held > limits.max_conversation_bytes:
                chat_id, longest_silent = pending.popitem(last=False)
                held -= longest_silent.held
                yield _record(chat_id, longest_silent, part)
    except ExportFailure:
        yield from _all(pending, part)
        raise
    yield from _all(pending, part)


@dataclass(slots=True)
class _Open:
    """A chat that may go on, or why there is none; ``held`` is its size in bytes."""

    turns: list[Turn] = field(default_factory=list)
    end: int = 0
    held: int = 0
    left_out: int = 0
    problem: str = ""


def _take(element: Element, pending: Pending, *, part: int, most: int) -> int:
    """Put a message to those of its chat; give by how much more is held."""
    size = max(element.end - element.start, _LEAST_BYTES)
    try:
        message = decode_object(element)
    except Undecodable as error:
        pending[element.end] = _Open(
            end=element.end, held=_LEAST_BYTES, problem=error.reason
        )
        return _LEAST_BYTES
    chat_id = text_in(message, "chatId")
    chat = pending.setdefault(chat_id, _Open())
    pending.move_to_end(chat_id)
    chat.end = element.end
    if chat.turns and chat.held + size > most:
        chat.left_out += 1
        return 0
    chat.turns.append(_turn(message, len(chat.turns)))
    chat.held += size
    return size


def _all(pending: Pending, part: int) -> Iterator[Record]:
    return (_record(chat_id, chat, part) for chat_id, chat in pending.items())


def _record(chat_id: str | int, chat: _Open, part: int) -> Record:
    position = Position(part, chat.end)
    if chat.problem:
        return skipped(chat.problem, position=position)
    in_order = sorted(
        chat.turns, key=lambda t: t.created_at.timestamp() if t.created_at else 0
    )
    oddities = {"message_beyond_limit": chat.left_out} if chat.left_out else {}
    about = About(
        source_id=str(chat_id), provider="lechat", position=position, oddities=oddities
    )
    return conversation(about, chained(in_order))


def _turn(message: dict[str, Any], number: int) -> Turn:
    chunks = objects_in(message, "contentChunks")
    said = "".join(text_in(each, "text") for each in chunks if each.get("type") == "text")
    return Turn(
        id=text_in(message, "id") or f"message-{number}",
        parent=None,
        role=ROLES.get(text_in(message, "role").lower(), "unknown"),
        text=joined(
            said or text_in(message, "content"), *files_of(message, "files", "name")
        ),
        created_at=read_time(message.get("createdAt")),
        model=text_in(message, "model"),
    )
