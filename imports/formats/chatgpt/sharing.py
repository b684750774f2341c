"""Conversations saved from a page that ChatGPT shares: the tree comes as a list."""

from __future__ import annotations

from typing import Any

from imports.formats.chatgpt.reading import build_molded
from imports.formats.decoding import Undecodable, decode_plain
from imports.formats.limits import Limits
from imports.formats.records import Conversation, Position
from imports.formats.slicing import Element


def read_shared(element: Element, /, *, position: Position, limits: Limits) -> Conversation:
    """Make a conversation of a saved share page.

    :raises Undecodable: it is none.
    """
    source = decode_plain(element)
    if not isinstance(source, dict):
        raise Undecodable("not_a_conversation")
    nodes = source.get("linear_conversation") or source.get("messages")
    if not isinstance(nodes, list):
        raise Undecodable("no_mapping")
    shared = {**source, "mapping": _mapping(nodes)}
    shared["id"] = source.get("conversation_id") or source.get("shared_conversation_id")
    return build_molded(shared, position, limits)


def _mapping(nodes: list[Any]) -> dict[str, Any]:
    """Key the nodes; one that names no parent hangs on the node before it."""
    mapping: dict[str, Any] = {}
    previous = None
    for number, node in enumerate(nodes):
        if not isinstance(node, dict):
            mapping[f"node-{number}"] = None
            continue
        key = node.get("node_id") or node.get("id")
        key = key if isinstance(key, str) else f"node-{number}"
        mapping[key] = {"parent": previous, **node, "message": _message(node)}
        previous = key
    return mapping


def _message(node: dict[str, Any]) -> Any:
    if "message" in node:
        return node["message"]
    if isinstance(node.get("text"), str):
        return {**node, "content": {"content_type": "text", "parts": [node["text"]]}}
    return node if "content" in node else None
