"""Reads the texts of chunks out of the transcripts that they are spans of."""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection

from imports.lexicon.words import Span
from imports.models.history import ChunkQuerySet
from imports.pipeline.places import Place, stretches_at, texts_at

_PAGE = 32_768  # characters, unless a chunk alone has more

_OWN = """
SELECT c.id, array_agg((span->>4)::int ORDER BY (span->>4)::int),
    array_agg((span->>5)::int ORDER BY (span->>4)::int)
FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS wanted(id, starts, ends)
JOIN imports_conversation c ON c.id = wanted.id
CROSS JOIN jsonb_array_elements(c.spans) span
WHERE span->>1 = 'user' AND (span->>5)::int > wanted.starts AND (span->>4)::int < wanted.ends
GROUP BY c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkPlace(Place):
    """Where the text of a chunk stands."""

    id: int
    tier: str


@dataclass(slots=True, kw_only=True)
class Page:
    """A text of some length, the chunks in it, and what the person wrote of these."""

    text: str = ""
    chunks: list[int] = field(default_factory=list)  # which ones of their batch
    spans: list[Span] = field(default_factory=list)  # of each
    speaking: list[int] = field(default_factory=list)  # in which spans the person speaks
    own: list[list[Span]] = field(default_factory=list)  # where, in each of those

    def add(self, number: int, chunk: ChunkPlace, own: list[Span], *, shift: int) -> None:
        """Note a chunk whose characters stand that much further behind on this page."""
        if own:
            self.speaking.append(len(self.chunks))
            self.own.append([(start + shift, end + shift) for start, end in own])
        self.chunks.append(number)
        self.spans.append((chunk.start + shift, chunk.end + shift))


def places_of(chunks: ChunkQuerySet) -> list[ChunkPlace]:
    """Read where chunks stand, in order."""
    return [
        ChunkPlace(id=id_, conversation_id=conversation, tier=tier, start=start, end=end)
        for id_, conversation, tier, start, end in chunks.values_list(
            "id", "conversation_id", "tier", "start", "end"
        )
    ]


def pages_of(batch: Sequence[ChunkPlace]) -> Iterator[Page]:
    """Give every chunk once, near ones together; what has been erased meanwhile is left out."""
    said = _own_spans(batch)
    page = Page()
    for numbers, begin, text in stretches_at(batch):
        for near in _near(batch, numbers):
            first, end = batch[near[0]].start, max(batch[each].end for each in near)
            if page.text and len(page.text) + end - first > _PAGE:
                yield page
                page = Page()
            shift = len(page.text) - first
            page.text += text[first - begin : end - begin] + "\n"
            for number in near:
                chunk = batch[number]
                own = _own_parts(chunk, *said.get(chunk.conversation_id, ([], [])))
                page.add(number, chunk, own, shift=shift)
    if page.text:
        yield page


def texts_of(batch: Sequence[ChunkPlace]) -> list[str]:
    """Give the text of each chunk, in order."""
    texts = [""] * len(batch)
    for number, text in texts_at(batch):
        texts[number] = text
    return texts


def _near(batch: Sequence[ChunkPlace], numbers: list[int]) -> Iterator[list[int]]:
    """Put chunks together that fit onto one page."""
    near: list[int] = []
    for number in numbers:
        if near and batch[number].end - batch[near[0]].start > _PAGE:
            yield near
            near = []
        near.append(number)
    yield near


def _own_spans(batch: Sequence[ChunkPlace]) -> dict[uuid.UUID, tuple[list[int], list[int]]]:
    """Give where the person begins and ends to speak, as far as these chunks reach."""
    chunks: dict[uuid.UUID, list[ChunkPlace]] = defaultdict(list)
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
        return {id_: (starts, ends) for id_, starts, ends in cursor}


def _own_parts(chunk: ChunkPlace, starts: list[int], ends: list[int]) -> list[Span]:
    first, behind = bisect_right(ends, chunk.start), bisect_left(starts, chunk.end)
    return [
        (max(starts[at], chunk.start), min(ends[at], chunk.end))
        for at in range(first, behind)
    ]
