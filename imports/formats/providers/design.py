"""Claude Design: chats about a canvas, which the export keeps beside the others.

A message of the person is a text; one of Claude's is a list of blocks, and what the person
called in between stands among them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from imports.formats.limits import Limits
from imports.formats.providers.turns import (
    About,
    Turn,
    chained,
    conversation,
    count_listed,
    decode_object,
    files_of,
    joined,
    object_in,
    objects_in,
    text_in,
)
from imports.formats.records import Conversation, MessageKind, Position
from imports.formats.slicing import Element
from imports.formats.times import read_time

_ROLES = {"user": "user", "human": "user", "assistant": "assistant"}


def read_design_chat(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one file of Claude Design."""
    source = decode_object(element)
    odd = count_listed(source, "messages", source_id=text_in(source, "uuid"))
    messages = objects_in(source, "messages")
    odd -= len(messages)
    turns = [turn for number, each in enumerate(messages) for turn in _turns(each, number)]
    project = object_in(source, "project")
    return conversation(
        About(
            source_id=text_in(source, "uuid"),
            provider="claude",
            position=position,
            title=text_in(source, "title", "name") or text_in(project, "name"),
            created_at=read_time(source.get("created_at")),
            updated_at=read_time(source.get("updated_at")),
            project_id=text_in(project, "uuid"),
        ),
        chained(turns),
        listed=len(turns) + odd,
    )


def _turns(message: dict[str, Any], number: int) -> list[Turn]:
    """Make one turn of a message, and one of each time that the person called in between."""
    content = object_in(message, "content")
    moment = read_time(message.get("created_at")) or read_time(content.get("timestamp"))
    key = text_in(message, "uuid") or text_in(content, "id") or f"message-{number}"
    role = _ROLES.get(text_in(message, "role") or text_in(content, "role"), "unknown")
    turns: list[Turn] = []
    said: list[dict[str, Any]] = []
    for block in objects_in(content, "contentBlocks"):
        if block.get("type") == "user_interjection":
            if said:
                turns.append(_spoken(key, role, moment, said))
            turns.append(_interjection(block, key, moment))
            said = []
        else:
            said.append(block)
    if said:
        turns.append(_spoken(key, role, moment, said))
    if turns:
        return turns
    text = joined(text_in(content, "content"), *files_of(content, "attachments", "name"))
    return [Turn(id=key, parent=None, role=role, text=text, created_at=moment)]


def _spoken(
    key: str, role: str, moment: datetime | None, blocks: list[dict[str, Any]]
) -> Turn:
    types = {text_in(block, "type") for block in blocks}
    text = joined(*(text_in(b, "text") for b in blocks if b.get("type") == "text"))
    kind = MessageKind.VISIBLE
    if not text and "tool_call" in types:
        kind = MessageKind.TOOL_CALL
    elif not text and "thinking" in types:
        kind = MessageKind.REASONING
    return Turn(id=key, parent=None, role=role, text=text, created_at=moment, kind=kind)


def _interjection(block: dict[str, Any], key: str, moment: datetime | None) -> Turn:
    message = object_in(block, "message")
    return Turn(
        id=text_in(message, "id") or f"{key}-interjection",
        parent=None,
        role="user",
        text=text_in(block, "message") or text_in(message, "content"),
        created_at=read_time(message.get("timestamp")) or moment,
    )
