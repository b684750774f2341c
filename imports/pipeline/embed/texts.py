"""Reads the texts of chunks out of the transcripts that they are spans of."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from imports.models import Chunk
from imports.pipeline.places import Place, texts_at

_OWN = """
SELECT c.id, array_agg(ARRAY[(span->>4)::int, (span->>5)::int] ORDER BY (span->>4)::int)
FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS wanted(id, starts, ends)
JOIN imports_conversation c ON c.id = wanted.id
CROSS JOIN jsonb_array_elements(c.spans) span
WHERE span->>1 = 'user' AND (span->>5)::int > wanted.starts AND (span->>4)::int < wanted.ends
GROUP BY c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkText:
    """The text of a chunk, and what the person wrote of it."""

    text: str
    own: str


def read_texts(batch: Sequence[Chunk]) -> list[ChunkText]:
    """Give the text of each chunk, in order."""
    said = _own_spans(batch)
    texts = [ChunkText(text="", own="")] * len(batch)
    for number, text in texts_at(_places(batch)):
        chunk = batch[number]
        own = _own_part(text, chunk, said.get(chunk.conversation_id, ()))
        texts[number] = ChunkText(text=text, own=own)
    return texts


def texts_of(batch: Sequence[Chunk]) -> list[str]:
    """Give the whole text of each chunk alone."""
    return [each.text for each in read_texts(batch)]


def _places(batch: Sequence[Chunk]) -> list[Place]:
    return [
        Place(conversation_id=each.conversation_id, start=each.start, end=each.end)
        for each in batch
    ]


def _own_spans(batch: Sequence[Chunk]) -> dict[uuid.UUID, list[list[int]]]:
    """Give where the person speaks, as far as these chunks reach."""
    chunks: dict[uuid.UUID, list[Chunk]] = defaultdict(list)
    for chunk in batch:
        chunks[chunk.conversation_id].append(chunk)
    with connection.cursor() as cursor:
        cursor.execute(
            _OWN,
            [
                list(chunks),
                [min(chunk.start for chunk in each) for each in chunks.values()],
                [max(chunk.end for chunk in each) for each in chunks.values()],
            ],
        )
        return dict(cursor.fetchall())


def _own_part(text: str, chunk: Chunk, said: Sequence[list[int]]) -> str:
    parts = [
        text[max(start - chunk.start, 0) : end - chunk.start]
        for start, end in said
        if start < chunk.end and end > chunk.start
    ]
    return "\n".join(parts)
