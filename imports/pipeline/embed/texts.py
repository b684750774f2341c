"""Reads the texts of chunks."""

from __future__ import annotations

from collections.abc import Sequence

from imports.models import Chunk, Conversation


def texts_of(chunks: Sequence[Chunk]) -> list[str]:
    """Give the text of each chunk; every transcript is read once."""
    conversations = Conversation.objects.filter(
        id__in={chunk.conversation_id for chunk in chunks}
    )
    transcripts = dict(conversations.values_list("id", "transcript"))
    return [transcripts[chunk.conversation_id][chunk.start : chunk.end] for chunk in chunks]
