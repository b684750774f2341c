"""Make a conversation of what a provider's reader found: hash, models, clean ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from imports.formats.records import Conversation, Message, Position

_UNIT, _RECORD = "\x1f", "\x1e"


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
    head = _UNIT.join(about)
    digest = sha256(head.encode(), usedforsecurity=False)
    has_nul = "\x00" in head
    for each in messages:
        line = (
            f"{_RECORD}{each.id}{_UNIT}{each.parent_id}{_UNIT}{each.role}{_UNIT}{each.kind}"
            f"{_UNIT}{each.origin}{_UNIT}{each.model}{_UNIT}{each.is_active:d}{_UNIT}"
        )
        text = each.text
        has_nul = has_nul or "\x00" in line or "\x00" in text
        digest.update(line.encode())
        digest.update(text.encode())
    if has_nul:
        raise HoldsNul
    return digest.digest()
