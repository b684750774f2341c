"""The exports of chat front ends that people run themselves: Open WebUI, LibreChat, ChatbotUI."""

from __future__ import annotations

import re
from typing import Any

from imports.formats.limits import Limits
from imports.formats.providers.turns import (
    ROLES,
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
    texts_in,
)
from imports.formats.records import Conversation, Position
from imports.formats.slicing import Element
from imports.formats.times import read_time

_DETAILS = re.compile(
    r"<details\b[^<>]{0,200}type=\"(?:reasoning|tool_calls|code_interpreter)\"[^<>]*>"
    r".*?(?:</details>|\Z)\s*",
    re.DOTALL,
)
_NO_PARENT = "00000000-0000-0000-0000-000000000000"


def read_open_webui(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one chat of Open WebUI."""
    source = decode_object(element)
    chat = object_in(source, "chat") or source
    history = object_in(chat, "history")
    if object_in(history, "messages") or "messages" not in chat:
        listed = count_listed(history, "messages", source_id=text_in(source, "id"))
        messages = object_in(history, "messages")
        turns = [_web_turn(key, m) for key, m in messages.items() if isinstance(m, dict)]
    else:
        listed = count_listed(chat, "messages", source_id=text_in(source, "id"))
        turns = _flat_turns(objects_in(chat, "messages"))
    return conversation(
        About(
            source_id=text_in(source, "id"),
            provider="openwebui",
            position=position,
            title=text_in(source, "title") or text_in(chat, "title"),
            created_at=read_time(source.get("created_at")),
            updated_at=read_time(source.get("updated_at")),
            current=text_in(history, "currentId") or None,
        ),
        turns,
        listed=listed,
    )


def _flat_turns(messages: list[dict[str, Any]]) -> list[Turn]:
    """Make turns of the branch last shown, which is all that early versions keep."""
    keys = [text_in(m, "id") or f"message-{n}" for n, m in enumerate(messages)]
    turns = [_web_turn(key, m) for key, m in zip(keys, messages, strict=True)]
    return turns if any(turn.parent for turn in turns) else chained(turns)


def _web_turn(key: str, message: dict[str, Any]) -> Turn:
    content = text_in(message, "content")
    content = content or joined(
        *(text_in(each, "text") for each in objects_in(message, "content"))
    )
    return Turn(
        id=key,
        parent=text_in(message, "parentId") or None,
        role=ROLES.get(text_in(message, "role").lower(), "unknown"),
        text=joined(
            _DETAILS.sub("", content) if "<details" in content else content,
            *files_of(message, "files", "name"),
        ),
        created_at=read_time(message.get("timestamp")),
        model=text_in(message, "model"),
        children=texts_in(message, "childrenIds"),
    )


def read_librechat(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one file of LibreChat, flat or nested."""
    source = decode_object(element)
    key = "messagesTree" if source.get("messagesTree") else "messages"
    listed = count_listed(source, key, source_id=text_in(source, "conversationId"))
    flat = _flattened(source[key] if isinstance(source[key], list) else [])
    messages = (message for message in flat if isinstance(message, dict))
    turns = [_libre_turn(message, number) for number, message in enumerate(messages)]
    if not any(turn.parent for turn in turns):
        turns = chained(turns)
    return conversation(
        About(
            source_id=text_in(source, "conversationId"),
            provider="librechat",
            position=position,
            title=text_in(source, "title"),
        ),
        turns,
        listed=max(len(flat), listed),
    )


def _flattened(messages: list[Any]) -> list[Any]:
    """Lay a tree of messages out flat, each behind its parent, without recursion."""
    flat = []
    pending = messages[::-1]
    while pending:
        message = pending.pop()
        flat.append(message)
        children = message.get("children") if isinstance(message, dict) else None
        if isinstance(children, list):
            pending.extend(children[::-1])
    return flat


def _libre_turn(message: dict[str, Any], number: int) -> Turn:
    parent = text_in(message, "parentMessageId")
    is_user = message.get("isCreatedByUser") is True
    said = [_libre_text(each) for each in objects_in(message, "content")]
    return Turn(
        id=text_in(message, "messageId") or f"message-{number}",
        parent=parent if parent and parent != _NO_PARENT else None,
        role="user" if is_user or text_in(message, "sender") == "User" else "assistant",
        text=joined(
            text_in(message, "text") or joined(*said),
            *files_of(message, "files", "filename"),
        ),
        created_at=read_time(message.get("createdAt")),
        model=text_in(message, "model"),
    )


def _libre_text(block: dict[str, Any]) -> str:
    if block.get("type") != "text":
        return ""
    return text_in(block, "text") or text_in(object_in(block, "text"), "value")


def read_chatbot_ui(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one entry of ChatbotUI's history."""
    source = decode_object(element)
    turns = [
        Turn(
            id=f"message-{number}",
            parent=None,
            role=ROLES.get(text_in(message, "role").lower(), "unknown"),
            text=text_in(message, "content"),
        )
        for number, message in enumerate(objects_in(source, "messages"))
    ]
    listed = count_listed(source, "messages")
    return conversation(
        About(
            source_id=str(source.get("id") or ""),
            provider="chatbotui",
            position=position,
            title=text_in(source, "name"),
            model=text_in(object_in(source, "model"), "id", "name"),
        ),
        chained(turns),
        listed=listed,
    )
