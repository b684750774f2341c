"""Make a conversation of what a provider's reader found: hash, models, clean ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from imports.formats.records import Conversation, Message, Position

_pack = msgspec.msgpack.Encoder().encode


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
        source_id=source_id or content_hash.hex(),
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


def hash_content(about: Sequence[str], messages: Sequence[Message]) -> bytes:
    """Hash what the person could see change; times and metadata do not count.

    :raises HoldsNul: a string has a NUL in it; decode this conversation leniently.
    """
    if any("\x00" in each for each in about):
        raise HoldsNul
    digest = sha256(_pack(about), usedforsecurity=False)
    for each in messages:
        id_, text, model = each.id, each.text, each.model
        if "\x00" in text or "\x00" in id_ or "\x00" in model:
            raise HoldsNul
        # In one piece: what counts is how seldom a message is touched, not how many bytes it has.
        digest.update(
            _pack(
                (
                    id_,
                    each.parent_id,
                    each.role,
                    each.kind,
                    each.origin,
                    model,
                    each.is_active,
                    text,
                )
            )
        )
    return digest.digest()
