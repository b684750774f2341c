"""Stores the words of new chunks, so that a search can count them, and keeps the blocks few."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef
from django.db.models.functions import Length
from numpy.typing import NDArray

from imports.lexicon import blocks
from imports.models import Chunk, Tier, WordBlock
from imports.models.copying import copying
from imports.pipeline.embed.lessons import Writing
from imports.pipeline.embed.reading import Reading
from imports.pipeline.embed.texts import ChunkPlace

_COPY = (
    "COPY imports_wordblock (user_id, tier, bucket, first_id, last_id, content)"
    " FROM STDIN (FORMAT BINARY)"
)
_TAKE = """
DELETE FROM imports_wordblock
WHERE user_id = %s AND tier = %s AND bucket = ANY(%s) AND last_id BETWEEN %s AND %s
RETURNING bucket, last_id, content
"""
_MANY = 8  # small blocks lying side by side are merged into one
_BUCKETS_AT_ONCE = 4  # of a merge: 4 MB of the largest block there may be


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    first_id: int
    last_id: int
    texts: int


def blocks_of(
    user_id: uuid.UUID, batch: Sequence[ChunkPlace], reading: Reading, *, known_until: int
) -> list[WordBlock]:
    """Make the blocks of the chunks behind ``known_until``; nothing is stored yet."""
    ids = np.array([chunk.id for chunk in batch])
    tiers = np.array([chunk.tier for chunk in batch])
    rows: list[WordBlock] = []
    for tier in Tier:
        new = np.flatnonzero((tiers == tier) & (ids > known_until))
        if len(new):
            rows += _rows(user_id, tier, ids, new, reading)
    return rows


def store_blocks(rows: Sequence[WordBlock]) -> None:
    """Store new blocks, a tenth of the work of inserting them; call it inside ``job.writing()``."""
    with copying(_COPY) as copy:
        copy.set_types(["uuid", "varchar", "int2", "int8", "int8", "bytea"])
        for row in rows:
            copy.write_row(
                (
                    row.user_id,
                    row.tier,
                    row.bucket,
                    row.first_id,
                    row.last_id,
                    row.content,
                )
            )


def tidy(user_id: uuid.UUID, *, writing: Writing) -> Iterator[None]:
    """Remove blocks of which no chunk is left, and merge small ones: a search reads each block.

    Yields behind each block that was made; at gigabytes, all of them take minutes.
    """
    there = Chunk.objects.filter(
        user_id=user_id, id__gte=OuterRef("first_id"), id__lte=OuterRef("last_id")
    )
    gone = WordBlock.objects.filter(~Exists(there), user_id=user_id)
    if gone.exists():
        with writing():
            gone.delete()
    for tier in Tier:
        for group in _groups(_known_blocks(user_id, tier)):
            if len(group) >= _MANY:
                with writing():
                    _merge(user_id, tier, group)
                yield


def _rows(
    user_id: uuid.UUID,
    tier: Tier,
    ids: NDArray[np.int64],
    new: NDArray[np.int64],
    reading: Reading,
) -> list[WordBlock]:
    """Make the block of those chunks of a batch that are ``new``."""
    places = np.full(len(ids), -1, np.int32)
    places[new] = np.arange(len(new))
    of_terms = places[reading.chunks]
    mine = of_terms >= 0
    packed = blocks.pack(ids[new], of_terms[mine], reading.terms[mine])
    return _pieces(user_id, tier, int(ids[new[0]]), int(ids[new[-1]]), packed)


def _pieces(
    user_id: uuid.UUID,
    tier: Tier,
    first_id: int,
    last_id: int,
    contents: Iterable[tuple[int, bytes]],
) -> list[WordBlock]:
    return [
        WordBlock(
            user_id=user_id,
            tier=tier,
            bucket=bucket,
            first_id=first_id,
            last_id=last_id,
            content=content,
        )
        for bucket, content in contents
        if content
    ]


def _known_blocks(user_id: uuid.UUID, tier: Tier) -> list[_Block]:
    heads = WordBlock.objects.filter(user_id=user_id, tier=tier, bucket=blocks.HEAD)
    rows = heads.order_by("last_id").values_list("first_id", "last_id", Length("content"))
    return [
        _Block(first_id=first, last_id=last, texts=size // blocks.HEAD_BYTES)
        for first, last, size in rows
    ]


def _groups(known: Sequence[_Block]) -> Iterator[list[_Block]]:
    """Give neighbors that fit into one block together."""
    group: list[_Block] = []
    for block in known:
        if group and sum(each.texts for each in [*group, block]) > blocks.MOST_TEXTS:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _merge(user_id: uuid.UUID, tier: Tier, group: list[_Block]) -> None:
    """Put one block in the place of some, without the chunks that are gone."""
    ends = group[0].first_id, group[-1].last_id
    taken = _taken(user_id, tier, group, [blocks.HEAD])[blocks.HEAD]
    heads = [taken[number] for number in range(len(group))]
    kept = _kept(user_id, tier, heads)
    head = (blocks.HEAD, blocks.merged_heads(heads, kept=kept))
    store_blocks(_pieces(user_id, tier, *ends, [head]))
    for first in range(0, blocks.BUCKETS, _BUCKETS_AT_ONCE):
        buckets = _taken(user_id, tier, group, range(first, first + _BUCKETS_AT_ONCE))
        merged = [
            (bucket, blocks.merged_pieces(pieces, kept=kept))
            for bucket, pieces in buckets.items()
        ]
        store_blocks(_pieces(user_id, tier, *ends, merged))


def _taken(
    user_id: uuid.UUID, tier: Tier, group: list[_Block], buckets: Iterable[int]
) -> dict[int, dict[int, bytes]]:
    """Take buckets out of the blocks of a group; their pieces are by the number of the block."""
    numbers = {block.last_id: number for number, block in enumerate(group)}
    taken: dict[int, dict[int, bytes]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE, [user_id, tier, list(buckets), group[0].last_id, group[-1].last_id]
        )
        for bucket, last_id, content in cursor:
            taken[bucket][numbers[last_id]] = bytes(content)
    return taken


def _kept(user_id: uuid.UUID, tier: Tier, heads: list[bytes]) -> list[NDArray[np.bool_]]:
    """Tell for each block which of its chunks are still there."""
    ids = [blocks.ids_in(head) for head in heads]
    chunks = Chunk.objects.filter(
        user_id=user_id, tier=tier, id__gte=int(ids[0][0]), id__lte=int(ids[-1][-1])
    )
    alive = np.fromiter(chunks.values_list("id", flat=True).iterator(), np.int64)
    return [np.isin(each, alive) for each in ids]
