"""Lets an embedder learn from a person's own texts, once, and speak that space ever after.

How often a word is used in general says little about one person: weights from other people's texts
find less than no weights at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from imports.models import Chunk, Lesson
from imports.models.history import ChunkQuerySet
from imports.pipeline.embed.texts import places_of, texts_of
from imports.ports import Embedder, Learner

Writing = Callable[[], AbstractContextManager[Any]]

_SAMPLE = 800  # chunks; what is common is known after far fewer
_AT_ONCE = 100
# In the order of what an export calls its conversations, any one of them, and of anybody, is the same.
_PLACE = ("conversation__source_id", "conversation__provider", "tier", "start")
_OUTGROWN = 4  # times as many chunks: what was learned says little about the rest


def taught(user_id: uuid.UUID, embedder: Embedder) -> Embedder:
    """Give the embedder as it knows this person; as it is, when it has learned nothing."""
    kept = Lesson.objects.filter(user_id=user_id, base_space=embedder.space)
    return _knowing(embedder, kept.defer("aim").first())


def is_foreign(user_id: uuid.UUID, embedder: Embedder) -> bool:
    """Say whether a person has vectors that this embedder, as it knows them, cannot compare."""
    space = taught(user_id, embedder).space
    return Chunk.objects.filter(user_id=user_id).of_other_spaces(space).exists()


def prepared(
    user_id: uuid.UUID, embedder: Embedder, chunks: ChunkQuerySet, *, writing: Writing
) -> Embedder:
    """Let the embedder learn what it has to, and clear the vectors of every other space."""
    kept = Lesson.objects.filter(user_id=user_id, base_space=embedder.space).first()
    lesson = _lesson(user_id, embedder, chunks, kept)
    ready = _knowing(embedder, lesson)
    others = Chunk.objects.filter(user_id=user_id).of_other_spaces(ready.space)
    if lesson is not kept or others.exists():
        with writing():
            # Together: a search never embeds in one space and finds in another.
            if lesson is not kept and lesson is not None:
                Lesson.objects.filter(user_id=user_id).delete()
                lesson.save(force_insert=True)
            others.update(embedding=None, embedding_space="")
    return ready


def spread_ids(chunks: ChunkQuerySet, *, most: int) -> list[int]:
    """Give evenly spread chunks: the same ones each time, whatever was stored first."""
    step = max(1, -(-chunks.count() // most))
    every = chunks.order_by(*_PLACE).values_list("id", flat=True).iterator()
    return list(islice(every, 0, None, step))


def _knowing(embedder: Embedder, lesson: Lesson | None) -> Embedder:
    if lesson is None or not isinstance(embedder, Learner):
        return embedder
    return embedder.taught(bytes(lesson.content))


def _lesson(
    user_id: uuid.UUID, embedder: Embedder, chunks: ChunkQuerySet, kept: Lesson | None
) -> Lesson | None:
    """Give the lesson that is kept, or a new one when it no longer holds."""
    if not isinstance(embedder, Learner):
        return None
    count = chunks.count()
    if kept and count <= _OUTGROWN * kept.chunks:
        return kept
    return Lesson(
        user_id=user_id,
        base_space=embedder.space,
        content=embedder.learn(_sample(chunks)),
        chunks=count,
    )


def _sample(chunks: ChunkQuerySet) -> Iterator[str]:
    ids = spread_ids(chunks, most=_SAMPLE)
    for at in range(0, len(ids), _AT_ONCE):
        few = chunks.filter(id__in=ids[at : at + _AT_ONCE]).order_by(*_PLACE)
        yield from texts_of(places_of(few))
