"""Writes small exports by hand; ``imports.synthetic`` writes the large and realistic ones."""

from __future__ import annotations

from typing import Any

START = 1_700_000_000.0


def chat(
    id_: str,
    turns: list[str],
    *,
    title: str = "A chat",
    updated: float = START,
    **fields: Any,
) -> dict[str, Any]:
    """Make a ChatGPT conversation of turns, the person first."""
    mapping: dict[str, Any] = {
        "root": {"id": "root", "message": None, "parent": None, "children": []}
    }
    parent = "root"
    for number, text in enumerate(turns):
        node = f"{id_}-{number}"
        mapping[parent]["children"].append(node)
        mapping[node] = {
            "id": node,
            "parent": parent,
            "children": [],
            "message": {
                "id": node,
                "author": {"role": "assistant" if number % 2 else "user"},
                "create_time": START + number,
                "content": {"content_type": "text", "parts": [text]},
                "recipient": "all",
            },
        }
        parent = node
    return {
        "id": id_,
        "conversation_id": id_,
        "title": title,
        "create_time": START,
        "update_time": updated,
        "mapping": mapping,
        "current_node": parent,
        **fields,
    }
