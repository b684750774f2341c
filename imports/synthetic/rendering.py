"""The JSON around the messages: nodes, the root, and the fields of the conversation."""

from __future__ import annotations

import random

from imports.synthetic.author import Author
from imports.synthetic.kinds import KINDS
from imports.synthetic.messages import CHAT_BODIES
from imports.synthetic.tool_messages import TOOL_BODIES
from imports.synthetic.turns import Node

_AUTHORS = {name: kind.author() for name, kind in KINDS.items()}
_CLOSINGS = {name: kind.closing() for name, kind in KINDS.items()}
_BODIES = CHAT_BODIES | TOOL_BODIES
_HIDDEN = '"is_visually_hidden_from_conversation": true'
_CUSTOM_GPTS = 0.03


def rendered_root(root: Node) -> str:
    """Return the entry of the root, which carries no message."""
    return (
        f'"{root.id}": {{"id": "{root.id}", "message": null, "parent": null, '
        f'"children": [{_listed(root.children)}]}}'
    )


def rendered(node: Node, author: Author, time: str) -> str:
    """Return the entry of a node with its message."""
    kind, name = KINDS[node.kind], node.kind
    content, metadata = _BODIES[name](author, node)
    if kind.is_hidden:
        metadata = f"{metadata}, {_HIDDEN}" if metadata else _HIDDEN
    is_bare = author.is_recent and not metadata
    shown = "" if is_bare else f'"metadata": {{{metadata}}}, '
    return (
        f'"{node.id}": {{"id": "{node.id}", "message": {{"id": "{node.id}", '
        f'"author": {_AUTHORS[name]}, "create_time": {time}, "update_time": null, '
        f'"content": {content}, {_CLOSINGS[name]}{shown}'
        f'"recipient": "{kind.recipient}", "channel": null}}, '
        f'"parent": "{node.parent}", "children": [{_listed(node.children)}]}}'
    )


def rendered_fields(
    rng: random.Random,
    *,
    conversation_id: str,
    current: str,
    model: str,
    project: str | None,
    is_forgotten: bool,
) -> str:
    """Return the members that follow the mapping, and the closing brace."""
    gizmo, gizmo_type = "null", "null"
    if project is not None:
        gizmo, gizmo_type = f'"g-p-{project}"', '"snorlax"'
    elif rng.random() < _CUSTOM_GPTS:
        gizmo, gizmo_type = f'"g-{rng.getrandbits(36):09x}"', '"gpt"'
    scope = "global_enabled" if project is None else "project_enabled"
    archived = "true" if rng.random() < 0.06 else "false"
    forgotten = "true" if is_forgotten else "false"
    return (
        f'"moderation_results": [], "current_node": "{current}", '
        f'"plugin_ids": null, "conversation_id": "{conversation_id}", '
        f'"conversation_template_id": {gizmo}, "gizmo_id": {gizmo}, '
        f'"gizmo_type": {gizmo_type}, "is_archived": {archived}, '
        f'"is_starred": null, "safe_urls": [], "blocked_urls": [], '
        f'"default_model_slug": "{model}", "conversation_origin": null, '
        f'"voice": null, "async_status": null, "disabled_tool_ids": [], '
        f'"is_do_not_remember": {forgotten}, "memory_scope": "{scope}", '
        f'"context_scopes": null, "sugar_item_id": null, '
        f'"sugar_item_visible": false, "pinned_time": null, '
        f'"is_study_mode": false, "owner": null, "id": "{conversation_id}"}}'
    )


def _listed(ids: list[str]) -> str:
    return '"' + '", "'.join(ids) + '"' if ids else ""
