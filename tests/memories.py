"""Writes conversations as ingest stores them, without an export."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from imports.models import Chunk, Conversation, ImportJob
from imports.pipeline.chunking import TIER_CHARACTERS, cut


def remember(
    job: ImportJob, turns: list[str], *, at: datetime | None = None, **fields: Any
) -> Conversation:
    """Store a conversation of turns, the person first, a second apart, cut into chunks."""
    transcript, spans = "", []
    for number, text in enumerate(turns):
        start = len(transcript) + (2 if transcript else 0)
        transcript += f"\n\n{text}" if transcript else text
        time = at.timestamp() + number if at else None
        role = "assistant" if number % 2 else "user"
        spans.append(
            [f"m{number}", role, "visible", time, start, len(transcript), True, ""]
        )
    conversation = Conversation.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        content_hash=b"h",
        transcript=transcript,
        shown_length=len(transcript),
        spans=spans,
        created_at=at,
        updated_at=at,
        **{"provider": "chatgpt", "source_id": uuid.uuid4().hex} | fields,
    )
    Chunk.objects.bulk_create(
        Chunk(
            user_id=job.user_id, conversation=conversation, tier=tier, start=start, end=end
        )
        for tier, size in TIER_CHARACTERS.items()
        for start, end in cut(transcript, borders=[span[5] for span in spans], size=size)
    )
    return conversation
