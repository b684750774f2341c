"""Read one ChatGPT conversation: decode it, order its tree, class its messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from imports.formats.assembly import HoldsNul, assemble
from imports.formats.chatgpt import wire
from imports.formats.chatgpt.classes import judge, kind_of_text, origin_of, plain_text
from imports.formats.chatgpt.content import Rendered, render
from imports.formats.chatgpt.large import decode_large
from imports.formats.decoding import Undecodable, decode_lenient, decode_typed, mold
from imports.formats.limits import Limits
from imports.formats.markers import without_markers
from imports.formats.origins import origin_of_text
from imports.formats.records import Conversation, Message, MessageKind, Position
from imports.formats.slicing import Element
from imports.formats.times import read_time
from imports.formats.tree import Edges, Tree, arrange

DECODER = msgspec.json.Decoder(wire.Conversation)

_VISIBLE = MessageKind.VISIBLE
_SPOKEN = {MessageKind.VISIBLE, MessageKind.VOICE}

Oddities = dict[str, int]


def read_conversation(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one element.

    :raises Undecodable: it is not a conversation, or beyond the limits.
    """
    try:
        source = element.decoded or decode_large(element) or decode_typed(element, DECODER)
        if source is not None:
            return build_conversation(source, position, limits)
    except HoldsNul:
        pass
    return build_molded(decode_lenient(element), position, limits)


def build_molded(value: Any, position: Position, limits: Limits) -> Conversation:
    """Make a conversation of whatever in this value fits one.

    :raises Undecodable: nothing does, or it is beyond the limits, or has no nodes.
    """
    source = mold(wire.Conversation, value)
    if source is None:
        raise Undecodable("unexpected_shape")
    return build_conversation(source, position, limits, lost=_odd_messages(value))


def _odd_messages(value: Any) -> int:
    """Count the messages that are no objects: a node has no place for them."""
    mapping = value.get("mapping") if isinstance(value, dict) else None
    nodes = mapping.values() if isinstance(mapping, dict) else ()
    messages = (node.get("message") for node in nodes if isinstance(node, dict))
    return sum(not isinstance(each, dict | None) for each in messages)


def build_conversation(
    source: wire.Conversation, position: Position, limits: Limits, *, lost: int = 0
) -> Conversation:
    """Make a conversation of what was decoded.

    :param lost: how many messages were no objects, and are counted
    :raises Undecodable: it is beyond the limits, or has no nodes.
    """
    if source.mapping is None:
        raise Undecodable("no_mapping", source_id=_id_of(source))
    if len(source.mapping) > limits.max_nodes:
        raise Undecodable("too_many_nodes", source_id=_id_of(source))
    oddities: Oddities = {"message_not_an_object": lost} if lost else {}
    nodes = {key: node for key, node in source.mapping.items() if node is not None}
    if len(nodes) < len(source.mapping):
        _count(oddities, "node_not_an_object", len(source.mapping) - len(nodes))
    messages = _messages(nodes, source.current_node, limits, oddities)
    gizmo_id = source.gizmo_id or ""
    is_project = source.gizmo_type == "snorlax" or gizmo_id.startswith("g-p-")
    return assemble(
        source_id=_id_of(source),
        provider="chatgpt",
        title=source.title or "",
        created_at=read_time(source.create_time),
        updated_at=read_time(source.update_time),
        messages=messages,
        position=position,
        oddities=oddities,
        is_remembered=not (
            source.is_do_not_remember or source.is_temporary or source.is_temporary_chat
        ),
        project_id=gizmo_id if is_project else "",
        gizmo_id="" if is_project else gizmo_id,
        default_model=source.default_model_slug or "",
    )


def _id_of(source: wire.Conversation) -> str:
    return source.conversation_id or source.id or ""


def _messages(
    nodes: dict[str, wire.Node],
    current: str | None,
    limits: Limits,
    oddities: Oddities,
) -> list[Message]:
    carried = {key: node.message or _carried(node) for key, node in nodes.items()}
    tree = _arrange(nodes, carried, current)
    for reason, number in tree.oddities.items():
        _count(oddities, reason, number)
    parents, active = tree.parents, tree.active
    nearest: dict[str | None, str | None] = {None: None}
    messages = []
    for key in tree.order:
        above = nearest[parents[key]]
        message = carried[key]
        if message is None:
            nearest[key] = above
            continue
        nearest[key] = key
        is_active = key in active
        messages.append(
            _plain_message(key, above, message, is_active, limits)
            or _message(key, above, message, is_active, limits, oddities)
        )
    return messages


def _arrange(
    nodes: dict[str, wire.Node],
    carried: dict[str, wire.Message | None],
    current: str | None,
) -> Tree:
    def children_of(key: str) -> Sequence[str]:
        return _strings_in(nodes[key].children)

    def time_of(key: str) -> float:
        message = carried[key]
        moment = read_time(message.create_time) if message else None
        return moment.timestamp() if moment else 0.0

    edges = Edges(
        parents={key: node.parent for key, node in nodes.items()},
        children_of=children_of,
        time_of=time_of,
        has_message=lambda key: carried[key] is not None,
    )
    return arrange(edges, current=current)


def _strings_in(raw: msgspec.Raw) -> list[str]:
    try:
        values = msgspec.json.decode(raw) if raw else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return []
    return [v for v in values if isinstance(v, str)] if isinstance(values, list) else []


def _carried(node: wire.Node) -> wire.Message | None:
    """The message of a node; in the legacy flat shape the node is the message."""
    if node.message is not None:
        return node.message
    return node if node.author is not None or node.content is not None else None


def _plain_message(
    key: str, parent_id: str | None, message: wire.Message, is_active: bool, limits: Limits
) -> Message | None:
    """Make a message of one text that is said as usual, as most are; None for any other.

    ``_message`` makes the same of it, in twice the time.
    """
    plain = plain_text(message)
    if plain is None:
        return None
    role, said = plain
    metadata = message.metadata
    text = without_markers(said, role=role)
    if len(text) > limits.max_text_chars:
        return None
    return Message(
        id=key,
        parent_id=parent_id,
        role=role,
        kind=_VISIBLE,
        created_at=read_time(message.create_time),
        text=text,
        is_active=is_active,
        origin=origin_of_text(said) if role == "user" else "",
        model=(metadata and metadata.model_slug) or "",
    )


def _message(
    key: str,
    parent_id: str | None,
    message: wire.Message,
    is_active: bool,
    limits: Limits,
    oddities: Oddities,
) -> Message:
    role, kind = judge(message)
    rendered = render(message)
    text = without_markers(rendered.text, role=role) if rendered.text else ""
    if len(text) > limits.max_text_chars:
        text = text[: limits.max_text_chars]
        _count(oddities, "text_truncated", 1)
    if rendered.oddities or role == "unknown":
        _count_odd(oddities, rendered, role)
    kind = kind or kind_of_text(rendered)
    metadata = message.metadata
    return Message(
        id=key,
        parent_id=parent_id,
        role=role,
        kind=kind,
        created_at=read_time(message.create_time),
        text=text,
        is_active=is_active,
        origin=origin_of(message, rendered) if role == "user" and kind in _SPOKEN else "",
        model=(metadata and metadata.model_slug) or "",
    )


def _count_odd(oddities: Oddities, rendered: Rendered, role: str) -> None:
    for oddity in rendered.oddities:
        _count(oddities, oddity, 1)
    if role == "unknown":
        _count(oddities, "unknown_role", 1)


def _count(oddities: Oddities, reason: str, number: int) -> None:
    oddities[reason] = oddities.get(reason, 0) + number
