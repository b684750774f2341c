"""Claude: conversations, what it remembers of the person, instructions of projects.

A message is a list of blocks: text and voice notes are said, thinking and tool traffic are
not. What a person attached is named, never quoted: it is seldom their own words.
"""

from __future__ import annotations

import re
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
    count_listed,
    decode_object,
    files_of,
    joined,
    object_in,
    objects_in,
    text_in,
)
from imports.formats.records import Conversation, MessageKind, Position, Record
from imports.formats.slicing import Element
from imports.formats.times import read_time

_ROLES = {"human": "user", "assistant": "assistant"}
_NO_PARENT = "00000000-0000-4000-8000-000000000000"
_THINKING_TAG = re.compile(r"<antThinking>.*?(?:</antThinking>|\Z)", re.DOTALL)
_ARTIFACT_TAG = re.compile(
    r"<antArtifact\b([^<>]{0,1000})>.*?(?:</antArtifact>|\Z)", re.DOTALL
)
_ARTIFACT_TITLE = re.compile(r'title="([^"]*)"')
_TOOL_BLOCKS = {"tool_use", "tool_result"}


def read_conversation(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one element."""
    source = decode_object(element)
    listed = count_listed(source, "chat_messages", source_id=text_in(source, "uuid"))
    messages = objects_in(source, "chat_messages")
    turns = [_turn(message, number) for number, message in enumerate(messages)]
    if not any("parent_message_uuid" in message for message in messages):
        turns = chained(turns)
    return conversation(
        About(
            source_id=text_in(source, "uuid"),
            provider="claude",
            position=position,
            title=text_in(source, "name"),
            created_at=read_time(source.get("created_at")),
            updated_at=read_time(source.get("updated_at")),
            current=text_in(source, "current_leaf_message_uuid") or None,
            model=text_in(source, "model"),
            project_id=text_in(source, "project_uuid")
            or text_in(object_in(source, "project"), "uuid"),
            is_remembered=source.get("is_temporary") is not True,
        ),
        turns,
        listed=listed,
    )


def read_memory(element: Element, /, *, position: Position, limits: Limits) -> Conversation:
    """Read Claude's own memory of the person: in all, by project, and in files of its own."""
    source = decode_object(element)
    memories = {"conversations": source.get("conversations_memory")}
    memories |= object_in(source, "project_memories")
    files = objects_in(source, "memory_files")
    turns = [
        Turn(id=key, parent=None, role="assistant", text=text, kind=MessageKind.CONTEXT)
        for key, text in memories.items()
        if isinstance(text, str) and text
    ]
    turns += [_memory_file(each, number) for number, each in enumerate(files)]
    about = About(
        source_id=f"memory:{text_in(source, 'account_uuid')}",
        provider="claude",
        position=position,
        title="Claude's memory",
    )
    return conversation(about, chained(turns))


def _memory_file(file: dict[str, Any], number: int) -> Turn:
    return Turn(
        id=text_in(file, "path") or f"file-{number}",
        parent=None,
        role="assistant",
        text=text_in(file, "content"),
        created_at=read_time(file.get("updated_at")),
        kind=MessageKind.CONTEXT,
    )


def read_projects(
    elements: Iterable[Element], /, *, part: int, limits: Limits
) -> Iterator[Record]:
    """Read projects: the instructions that the person wrote; those without are passed over."""
    for element in elements:
        position = Position(part, element.end)
        try:
            source = decode_object(element)
        except Undecodable as error:
            yield skipped(error.reason, position=position)
            continue
        if text_in(source, "prompt_template"):
            yield _project(source, position)


def _project(source: dict[str, Any], position: Position) -> Conversation:
    project_id, text = text_in(source, "uuid"), text_in(source, "prompt_template")
    about = About(
        source_id=f"project:{project_id}",
        provider="claude",
        position=position,
        title=text_in(source, "name"),
        created_at=read_time(source.get("created_at")),
        updated_at=read_time(source.get("updated_at")),
        project_id=project_id,
    )
    kind = MessageKind.CONTEXT
    return conversation(
        about, [Turn(id="instructions", parent=None, role="user", text=text, kind=kind)]
    )


def _turn(message: dict[str, Any], number: int) -> Turn:
    blocks = objects_in(message, "content")
    spoken = [block for block in blocks if block.get("hidden_in_chat") is not True]
    is_voice = any(block.get("type") == "voice_note" for block in spoken)
    text = joined(*(text_in(b, "text") for b in spoken if _is_speech(b)))
    if not blocks:
        text = text_in(message, "text")
    text = joined(
        _without_tags(text),
        *files_of(message, "attachments", "file_name"),
        *files_of(message, "files", "file_name"),
    )
    parent = text_in(message, "parent_message_uuid")
    role = _ROLES.get(text_in(message, "sender").lower(), "unknown")
    return Turn(
        id=text_in(message, "uuid") or f"message-{number}",
        parent=parent if parent and parent != _NO_PARENT else None,
        role=role,
        text=text,
        created_at=read_time(message.get("created_at")),
        kind=_kind(blocks, text, is_voice=is_voice),
        origin="dictated" if is_voice and role == "user" else "",
    )


def _is_speech(block: dict[str, Any]) -> bool:
    return block.get("type") in ("text", "voice_note")


def _kind(blocks: list[dict[str, Any]], text: str, *, is_voice: bool) -> MessageKind:
    if is_voice:
        return MessageKind.VOICE
    types = {text_in(block, "type") for block in blocks}
    if not text and types & _TOOL_BLOCKS:
        return MessageKind.TOOL_CALL
    if not text and "thinking" in types:
        return MessageKind.REASONING
    return MessageKind.VISIBLE


def _without_tags(text: str) -> str:
    """Name the documents that old answers carried in tags instead of repeating them."""
    if "<ant" not in text:
        return text
    text = _THINKING_TAG.sub("", text)
    return _ARTIFACT_TAG.sub(_artifact_name, text).strip()


def _artifact_name(match: re.Match[str]) -> str:
    title = _ARTIFACT_TITLE.search(match[1])
    return f"[artifact: {title[1]}]" if title else "[artifact]"
