"""Reads the texts of chunks out of the transcripts that they are spans of."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from imports.models import Chunk, Conversation

_AT_ONCE = 4  # transcripts in memory; one may have millions of characters

_OWN = """
SELECT c.id, array_agg(ARRAY[(span->>4)::int, (span->>5)::int] ORDER BY (span->>4)::int)
FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS wanted(id, starts, ends)
JOIN imports_conversation c ON c.id = wanted.id
CROSS JOIN jsonb_array_elements(c.spans) span
WHERE span->>1 = 'user' AND (span->>5)::int > wanted.starts AND (span->>4)::int < wanted.ends
GROUP BY c.id
"""
_Places = dict[uuid.UUID, list[int]]


@dataclass(frozen=True, slots=True)
class ChunkText:
    """The text of a chunk, and what the person wrote of it."""

    text: str
    own: str


def read_texts(batch: Sequence[Chunk]) -> list[ChunkText]:
    """Give the text of each chunk, in order."""
    places = _places(batch)
    said = _own_spans(batch, places)
    texts = [ChunkText("", "")] * len(batch)
    rows = Conversation.objects.filter(id__in=places).values_list("id", "transcript")
    for conversation_id, transcript in rows.iterator(chunk_size=_AT_ONCE):
        for place in places[conversation_id]:
            texts[place] = _cut(transcript, batch[place], said.get(conversation_id, []))
    return texts


def texts_of(batch: Sequence[Chunk]) -> list[str]:
    """Give the whole text of each chunk alone."""
    return [each.text for each in read_texts(batch)]


def _places(batch: Sequence[Chunk]) -> _Places:
    places: _Places = defaultdict(list)
    for place, chunk in enumerate(batch):
        places[chunk.conversation_id].append(place)
    return places


def _own_spans(batch: Sequence[Chunk], places: _Places) -> dict[uuid.UUID, list[list[int]]]:
    """Give where the person speaks, as far as these chunks reach."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OWN,
            [
                list(places),
                [min(batch[place].start for place in each) for each in places.values()],
                [max(batch[place].end for place in each) for each in places.values()],
            ],
        )
        return dict(cursor.fetchall())


def _cut(transcript: str, chunk: Chunk, said: list[list[int]]) -> ChunkText:
    parts = [
        transcript[max(start, chunk.start) : min(end, chunk.end)]
        for start, end in said
        if start < chunk.end and end > chunk.start
    ]
    return ChunkText(transcript[chunk.start : chunk.end], "\n".join(parts))
