"""Make a conversation of what a provider's reader found: hash, models, clean ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from imports.formats.records import Conversation, Message, Position

_UNIT, _RECORD = "\x1f", "\x1e"


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
    content_hash = hash_content(title, messages, is_remembered=is_remembered)
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


def hash_content(title: str, messages: Sequence[Message], *, is_remembered: bool) -> bytes:
    """Hash what the person could see change; times and metadata do not count."""
    digest = blake2b(
        f"{title}{_UNIT}{is_remembered:d}".encode(), digest_size=32, usedforsecurity=False
    )
    for message in messages:
        head = (
            message.id,
            message.parent_id or "",
            message.role,
            message.kind,
            message.origin,
            "1" if message.is_active else "0",
            str(len(message.text)),
            message.text,
        )
        digest.update((_RECORD + _UNIT.join(head)).encode())
    return digest.digest()
