"""Embed: gives every chunk of an embedded tier a vector, and stores its words.

The query is the cursor ("chunks without a vector"), in the order of ingest, so that the chunks of
one conversation come together and its transcript is read once. All vectors of a person are of one
space: when the embedder or what it learned is another one, the former vectors are cleared first.

An embedder that sends a bill is asked until half of the budget is spent. The words of what is left
are stored all the same, so that a search finds it, and the next import of the person goes on.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.conf import settings

from imports.models import Chunk, ImportJob, Lesson, WordBlock
from imports.models.history import ChunkQuerySet
from imports.pipeline.embed.aim import learn_aim
from imports.pipeline.embed.bill import Bill
from imports.pipeline.embed.lessons import Writing, is_foreign, prepared
from imports.pipeline.embed.reading import Reader
from imports.pipeline.embed.texts import ChunkPlace, places_of
from imports.pipeline.embed.vectors import store_vectors
from imports.pipeline.embed.words import blocks_of, store_blocks, tidy
from imports.ports import Embedder, Ports, Progress, WordMean

BATCH_CHUNKS = 128  # one transaction: what would have to be asked and paid for again
BATCH_HERE = 512  # where nobody is asked; a tenth of a second


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Embed what has no vector of today's space yet; a re-import finds only what changed.

    :raises TransientFailure: the embedder asks to come back later; what was embedded is stored
    """
    bill = Bill(job, ports.embedder)
    return _embed(job.user_id, ports, writing=job.writing, bill=bill)


def again(user_id: uuid.UUID, ports: Ports, *, writing: Writing) -> Iterator[Progress]:
    """Forget every vector and word of a person, learn anew, and embed everything.

    A search finds meanwhile what is done. When this breaks off, the next import of the person
    completes it. No import pays for it, so no budget bounds it.
    """
    with writing():
        Lesson.objects.filter(user_id=user_id).delete()
        WordBlock.objects.filter(user_id=user_id).delete()
        vectors = Chunk.objects.filter(user_id=user_id).exclude(embedding=None)
        vectors.update(embedding=None, embedding_space="")
    yield from _embed(user_id, ports, writing=writing, bill=None)


def _embed(
    user_id: uuid.UUID, ports: Ports, *, writing: Writing, bill: Bill | None
) -> Iterator[Progress]:
    chunks = Chunk.objects.of_tiers(user_id=user_id, tiers=settings.EMBEDDED_TIERS)
    total = chunks.count()
    if not total:
        return
    if chunks.without_vector().exists() or is_foreign(user_id, ports.embedder):
        yield from _embed_waiting(
            user_id, ports, chunks, total=total, writing=writing, bill=bill
        )
    note = _note(chunks.without_vector().count(), total)
    if note:
        yield Progress(done=total, total=total, unit="chunks", note=note)
    for _ in tidy(user_id, writing=writing):
        yield Progress(done=total, total=total, unit="chunks", note=note)
    learn_aim(user_id, chunks, writing=writing)


def _embed_waiting(
    user_id: uuid.UUID,
    ports: Ports,
    chunks: ChunkQuerySet,
    *,
    total: int,
    writing: Writing,
    bill: Bill | None,
) -> Iterator[Progress]:
    embedder = prepared(user_id, ports.embedder, chunks, writing=writing)
    done = total - chunks.without_vector().count()
    known_until = WordBlock.objects.known_until(user_id)
    size = _batch_size(embedder)
    reader = Reader(embedder)
    last_id = 0
    yield Progress(done=done, total=total, unit="chunks")
    while batch := _next(chunks, last_id, size):
        may_ask = bill is None or bill.affords_more()
        if not may_ask and last_id < known_until:
            last_id = known_until  # there is nothing to do but words, and these are known
            continue
        last_id = batch[-1].id
        reading = reader.read(batch, may_ask=may_ask)
        words = blocks_of(user_id, batch, reading, known_until=known_until)
        with writing() as row:
            if may_ask:
                ids = [chunk.id for chunk in batch]
                store_vectors(ids, reading.vectors, space=embedder.space)
                if bill:
                    bill.enter(row)
            store_blocks(words)
        done += len(batch)
        yield Progress(done=done, total=total, unit="chunks")


def _note(without: int, total: int) -> str:
    if not without:
        return ""
    return (
        f"Half of the budget was reached: {without:,} of {total:,} chunks have no vector, "
        "and are found by their words alone."
    )


def _batch_size(embedder: Embedder) -> int:
    return BATCH_HERE if isinstance(embedder, WordMean) else BATCH_CHUNKS


def _next(chunks: ChunkQuerySet, last_id: int, size: int) -> list[ChunkPlace]:
    waiting = chunks.without_vector().filter(id__gt=last_id).order_by("id")
    return places_of(waiting[:size])
