"""Tells whose memory lies in another space, or was left half embedded: words alone find it there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Exists, OuterRef

from imports.models import Chunk, ImportJob
from imports.pipeline.embed.lessons import taught
from imports.ports import Embedder


def foreign_memories(embedder: Embedder) -> Iterator[uuid.UUID]:
    """Give the people who have vectors that this embedder cannot compare. Reads all chunks."""
    known = Chunk.objects.exclude(embedding_space="").order_by("user_id")
    last: uuid.UUID | None = None
    for user_id, space in known.values_list("user_id", "embedding_space").distinct():
        if user_id != last and space != taught(user_id, embedder).space:
            last = user_id
            yield user_id


def unfinished_memories() -> Iterator[uuid.UUID]:
    """Give the people some of whose chunks wait for a vector, and no import of theirs makes it."""
    busy = ImportJob.objects.filter(user_id=OuterRef("user_id")).active()
    waiting = Chunk.objects.filter(tier__in=settings.EMBEDDED_TIERS, embedding=None)
    people = waiting.filter(~Exists(busy)).order_by("user_id")
    yield from people.values_list("user_id", flat=True).distinct()
