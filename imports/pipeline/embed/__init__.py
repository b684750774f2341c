"""Embed: gives every chunk of an embedded tier a vector, and stores its words.

The query is the cursor ("chunks without a vector"), in the order of ingest, so that the chunks of
one conversation come together and its transcript is read once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.conf import settings

from imports.models import Chunk, Conversation, ImportJob, WordBlock
from imports.models.history import ChunkQuerySet
from imports.pipeline.embed.vectors import store_vectors
from imports.pipeline.embed.words import blocks_of, forget_gone
from imports.ports import Ports, Progress

BATCH_CHUNKS = 512  # one transaction; half a second of local embedding at most


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Embed what has no vector yet; a re-import finds only what changed.

    :raises TransientFailure: the embedder asks to come back later; what was embedded is stored
    """
    embedder = None
    chunks = Chunk.objects.of_tiers(user_id=job.user_id, tiers=settings.EMBEDDED_TIERS)
    total = chunks.count()
    done = total - chunks.without_vector().count()
    known_until = WordBlock.objects.known_until(job.user_id)
    last_id = 0
    while batch := _next(chunks, last_id):
        embedder = embedder or ports.embedder
        last_id = batch[-1].id
        texts = _texts(batch)
        size = embedder.batch_size
        parts = [embedder.embed(texts[at : at + size]) for at in range(0, len(texts), size)]
        words = blocks_of(job.user_id, batch, texts, known_until=known_until)
        with job.writing():
            store_vectors([chunk.id for chunk in batch], parts, space=embedder.space)
            WordBlock.objects.bulk_create(words)
        done += len(batch)
        yield Progress(done=done, total=total, unit="chunks")
    if last_id:
        forget_gone(job.user_id)


def _next(chunks: ChunkQuerySet, last_id: int) -> list[Chunk]:
    waiting = chunks.without_vector().filter(id__gt=last_id).order_by("id")
    return list(
        waiting.only("id", "conversation_id", "tier", "start", "end")[:BATCH_CHUNKS]
    )


def _texts(batch: Sequence[Chunk]) -> list[str]:
    conversations = Conversation.objects.filter(
        id__in={chunk.conversation_id for chunk in batch}
    )
    transcripts = dict(conversations.values_list("id", "transcript"))
    return [transcripts[chunk.conversation_id][chunk.start : chunk.end] for chunk in batch]
