"""Make a conversation of what a provider's reader found: hash, models, clean ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from imports.formats.records import Conversation, Message, Position

_pack = msgspec.msgpack.Encoder().encode
LONGEST_ID = 200  # characters
_AT_ONCE = 15  # the most of which MessagePack gives the number in one byte


class HoldsNul(Exception):
    """A string in this conversation has a NUL in it."""


def assemble(
    *,
    source_id: str,
    provider: str,
    title: str,
    created_at: datetime | None,
    updated_at: datetime | None,
    messages: Sequence[Message],
    position: Position,
    oddities: Mapping[str, int],
    is_remembered: bool = True,
    project_id: str = "",
    gizmo_id: str = "",
    default_model: str = "",
) -> Conversation:
    """Build the record; a conversation without an id is known by its content."""
    about = (source_id, title, project_id, gizmo_id, default_model, str(is_remembered))
    content_hash = hash_content(about, messages)
    models = dict.fromkeys(message.model for message in messages if message.model)
    return Conversation(
        source_id=_short(source_id) or content_hash.hex(),
        provider=provider,
        title=title,
        created_at=created_at,
        updated_at=updated_at,
        messages=tuple(messages),
        models=tuple(models) or ((default_model,) if default_model else ()),
        is_remembered=is_remembered,
        project_id=project_id,
        gizmo_id=gizmo_id,
        oddities=oddities,
        position=position,
        content_hash=content_hash,
    )


def _short(source_id: str) -> str:
    """Name by its digest an id that is longer than ids are: no index could hold it."""
    if len(source_id) <= LONGEST_ID:
        return source_id
    return sha256(source_id.encode(), usedforsecurity=False).hexdigest()


def hash_content(about: Sequence[str], messages: Sequence[Message]) -> bytes:
    """Hash what the person could see change; times and metadata do not count.

    :raises HoldsNul: a string has a NUL in it; decode this conversation leniently.
    """
    if any("\x00" in each for each in about):
        raise HoldsNul
    digest = sha256(_pack(about), usedforsecurity=False)
    for start in range(0, len(messages), _AT_ONCE):
        packed = _pack([_visible(each) for each in messages[start : start + _AT_ONCE]])
        # Without the byte that says how many there are: grouping leaves no trace.
        digest.update(memoryview(packed)[1:])
    return digest.digest()


def _visible(message: Message) -> tuple[str | bool | None, ...]:
    text, model = message.text, message.model
    if "\x00" in text or "\x00" in message.id or (model and "\x00" in model):
        raise HoldsNul
    return (
        message.id,
        message.parent_id,
        message.role,
        message.kind,
        message.origin,
        model,
        message.is_active,
        text,
    )
