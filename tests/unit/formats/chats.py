"""Small exports for the tests of this room: shapes from the specification, made-up words."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from imports.formats import START, Limits, Position, Record, read_conversations

NOON = 1_750_537_482.970556
ROOT = "client-created-root"
LIMITS = Limits(max_unpacked_bytes=1 << 34, max_conversation_bytes=64 << 20)


def message(text: str = "Hello", *, role: str = "user", **changes: Any) -> dict[str, Any]:
    """Make a message as ChatGPT exports it."""
    return {
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": NOON,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "weight": 1.0,
        "metadata": {},
        "recipient": "all",
        "channel": None,
        **changes,
    }


def node(
    carried: dict[str, Any] | None, *, parent: str | None, children: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Make a node of the tree, in the full shape."""
    return {"message": carried, "parent": parent, "children": list(children)}


def chat(
    *messages: dict[str, Any], chat_id: str = "chat-1", **changes: Any
) -> dict[str, Any]:
    """Make a conversation in which each message answers the one before."""
    keys = [f"node-{number}" for number in range(len(messages))]
    parents = [ROOT, *keys]
    mapping = {ROOT: node(None, parent=None, children=tuple(keys[:1]))}
    for number, (key, carried) in enumerate(zip(keys, messages, strict=True)):
        below = tuple(keys[number + 1 : number + 2])
        mapping[key] = node(carried, parent=parents[number], children=below)
    return tree(mapping, current=parents[-1], chat_id=chat_id, **changes)


def tree(
    mapping: dict[str, Any], *, current: str | None, chat_id: str = "chat-1", **changes: Any
) -> dict[str, Any]:
    """Make a conversation of these nodes."""
    return {
        "title": "A title",
        "create_time": NOON,
        "update_time": NOON + 60,
        "mapping": mapping,
        "current_node": current,
        "conversation_id": chat_id,
        "id": chat_id,
        **changes,
    }


def three_chats() -> list[dict[str, Any]]:
    """Make three conversations of two messages each."""
    return [
        chat(message(f"Question {n}"), message(f"Answer {n}", role="assistant"), chat_id=n)
        for n in ("first", "second", "third")
    ]


def read(
    content: bytes | list[Any] | dict[str, Any],
    folder: Path,
    *,
    limits: Limits = LIMITS,
    start: Position = START,
) -> list[Record]:
    """Read one file with this content."""
    path = folder / "conversations.json"
    path.write_bytes(
        content if isinstance(content, bytes) else json.dumps(content).encode()
    )
    return list(read_conversations([path], limits=limits, start=start))


def zipped(files: dict[str, Any], *, method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """Make a ZIP; content that is not bytes is written as JSON."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            is_raw = isinstance(content, bytes)
            archive.writestr(name, content if is_raw else json.dumps(content))
    return buffer
