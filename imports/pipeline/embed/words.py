"""Stores the words of new chunks, so that a search can count them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from imports.lexicon import blocks
from imports.lexicon.terms import terms_of
from imports.models import Chunk, Tier, WordBlock


def blocks_of(
    user_id: uuid.UUID, chunks: Sequence[Chunk], texts: Sequence[str], *, known_until: int
) -> list[WordBlock]:
    """Make the blocks of the chunks behind ``known_until``; nothing is stored yet."""
    rows: list[WordBlock] = []
    for tier in Tier:
        new = [
            (chunk.id, text)
            for chunk, text in zip(chunks, texts, strict=True)
            if chunk.tier == tier and chunk.id > known_until
        ]
        if new:
            rows += _rows(user_id, tier, [id_ for id_, _ in new], [text for _, text in new])
    return rows


def forget_gone(user_id: uuid.UUID) -> None:
    """Remove blocks of which no chunk is left, because re-imports replaced them all."""
    there = Chunk.objects.filter(
        user_id=user_id, id__gte=OuterRef("first_id"), id__lte=OuterRef("last_id")
    )
    WordBlock.objects.filter(~Exists(there), user_id=user_id).delete()


def _rows(
    user_id: uuid.UUID, tier: Tier, ids: list[int], texts: list[str]
) -> list[WordBlock]:
    return [
        WordBlock(
            user_id=user_id,
            tier=tier,
            bucket=bucket,
            first_id=ids[0],
            last_id=ids[-1],
            content=content,
        )
        for bucket, content in blocks.pack(ids, terms_of(texts))
    ]
