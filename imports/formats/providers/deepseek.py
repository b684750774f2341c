"""DeepSeek: a tree like ChatGPT's, whose messages are lists of fragments."""

from __future__ import annotations

from typing import Any

from imports.formats.decoding import Undecodable
from imports.formats.limits import Limits
from imports.formats.providers.turns import (
    ROLES,
    About,
    Turn,
    conversation,
    decode_object,
    files_of,
    joined,
    object_in,
    objects_in,
    text_in,
    texts_in,
)
from imports.formats.records import Conversation, MessageKind, Position
from imports.formats.slicing import Element
from imports.formats.times import read_time


def read_conversation(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one element; the newest leaf is the one last shown."""
    source = decode_object(element)
    if not isinstance(source.get("mapping"), dict):
        raise Undecodable("no_mapping", source_id=text_in(source, "id"))
    mapping = object_in(source, "mapping")
    # The root carries no message.
    nodes = {
        key: node
        for key, node in mapping.items()
        if not (isinstance(node, dict) and node.get("message") is None)
    }
    carried = {
        key: node
        for key, node in nodes.items()
        if isinstance(node, dict) and isinstance(node["message"], dict)
    }
    parents = _parents(mapping)
    return conversation(
        About(
            source_id=text_in(source, "id"),
            provider="deepseek",
            position=position,
            title=text_in(source, "title"),
            created_at=read_time(source.get("inserted_at")),
            updated_at=read_time(source.get("updated_at")),
        ),
        [
            _turn(key, node, parent=_bridged(key, parents, carried))
            for key, node in carried.items()
        ],
        listed=len(nodes),
    )


def _parents(mapping: dict[str, Any]) -> dict[str, str]:
    """Give the parent of each node; of one that is no object, the node that lists it."""
    parents = {key: text_in(node, "parent") for key, node in mapping.items()}
    for key, node in mapping.items():
        for child in texts_in(node, "children"):
            if not isinstance(mapping.get(child, {}), dict):
                parents[child] = key
    return parents


def _bridged(key: str, parents: dict[str, str], carried: dict[str, Any]) -> str | None:
    """Find the nearest ancestor that carries a message, and leave a short way to it."""
    passed = []
    at = parents[key]
    while at in parents and at not in carried:
        passed.append(at)
        # Whoever comes here again is in a circle.
        parents[at], at = "", parents[at]
    parents.update(dict.fromkeys(passed, at))
    return at if at in carried else None


def _turn(key: str, node: dict[str, Any], *, parent: str | None) -> Turn:
    message = object_in(node, "message")
    said = {"REQUEST": "", "RESPONSE": "", "THINK": ""}
    for fragment in objects_in(message, "fragments"):
        kind = text_in(fragment, "type")
        if kind in said:
            said[kind] = joined(said[kind], text_in(fragment, "content"))
    role = "user" if said["REQUEST"] else "assistant"
    text = joined(said["REQUEST"], said["RESPONSE"]) or text_in(message, "content")
    is_thought = not text and bool(said["THINK"])
    return Turn(
        id=key,
        parent=parent,
        role=ROLES.get(text_in(message, "role").lower(), role),
        text=joined(text, *files_of(message, "files", "file_name", "name")),
        created_at=read_time(message.get("inserted_at")),
        kind=MessageKind.REASONING if is_thought else MessageKind.VISIBLE,
        model=text_in(message, "model"),
        children=texts_in(node, "children"),
    )
