"""How well and how fast a memory answers: recall of planted questions, and milliseconds.

    python -m bench.search [--chunks 20000] [--rounds 60]

Ingests and embeds one synthetic export of about so many chunks of the finest tier, then asks the
questions that were planted in it: hybrid, by vectors alone, by words alone. A hit counts when it
holds the answering message; ``said`` counts a text that names the answer. Questions about what was
noted share words with their answer, questions about the person often share none. Beside the rate
of the stage stands that of the bare embedder on the same texts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.house import house

USER = uuid.uuid5(uuid.NAMESPACE_URL, "bench")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--chunks", type=int, default=20_000)
    arguments.add_argument("--rounds", type=int, default=60, help="timed questions")
    options = arguments.parse_args()
    with house("search") as folder:
        truth = _fill(folder, options.chunks)
        _rates()
        _recall(truth.questions)
        _latency([question.question for question in truth.questions], options.rounds)


def _fill(folder: Path, wanted: int) -> Any:
    """Ingest one export that is large enough; give its truth."""
    from django.db import connection

    from imports.models import Chunk, Status
    from imports.pipeline import ingest, spool
    from imports.synthetic import write_export
    from tests.factories import make_job
    from tests.ports import Ports

    path = folder / "conversations.json"
    # 4,250 bytes of JSON per chunk of the finest tier is what these exports measure.
    truth = write_export(path, seed=5, size_bytes=wanted * _BYTES_PER_CHUNK)
    job = make_job(user_id=USER, status=Status.RUNNING)
    room = spool.folder_of(folder / "spool", job.id)
    spool.prepare(room, etag="e")
    path.rename(spool.part_path(room, 0))
    spool.seal(room, etag="e", parts=1, missing=())
    list(ingest.run(job, Ports(spool=folder / "spool")))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    tiers = {tier: Chunk.objects.filter(tier=tier).count() for tier in ("micro", "medium")}
    print(f"chunks: {json.dumps(tiers)}; {len(truth.questions)} questions")
    return truth


_BYTES_PER_CHUNK = 4_250


def _rates() -> None:
    """Time the stage, and the bare embedder on the texts that it embedded."""
    from imports.adapters.local_embedder import LocalEmbedder
    from imports.models import Chunk, ImportJob, WordBlock
    from imports.pipeline import embed
    from imports.pipeline.embed.texts import texts_of
    from tests.ports import Ports

    embedder = LocalEmbedder()
    embedder.embed(["warm"])
    job = ImportJob.objects.get()
    stage = _seconds(lambda: list(embed.run(job, Ports(embedder=embedder))))  # type: ignore[arg-type]
    chunks = Chunk.objects.exclude(embedding=None).order_by("id")
    count, bare = chunks.count(), 0.0
    for at in range(0, count, 2_048):
        batch = list(chunks[at : at + 2_048])
        texts = texts_of(batch)
        bare += _seconds(
            lambda texts=texts: [
                embedder.embed(texts[n : n + embedder.batch_size])
                for n in range(0, len(texts), embedder.batch_size)
            ]
        )
    print(
        f"stage embed: {count / stage:,.0f} chunks/s; bare embedder: {count / bare:,.0f};"
        f" all else costs {stage / bare - 1:.2f} of it"
    )
    print(f"blocks of words: {WordBlock.objects.count():,} rows")


def _recall(questions: Any) -> None:
    from imports.search import scoring

    usual = scoring.WORDS_WEIGHT
    ways: dict[str, tuple[float, Any]] = {
        "hybrid": (usual, None),
        "vectors alone": (0.0, None),
        "words alone": (usual, _Down()),
    }
    print(f"{'':16}{'@1':>7}{'@5':>7}{'@10':>7}{'MRR':>7}{'said@10':>9}")
    for name, (weight, embedder) in ways.items():
        scoring.WORDS_WEIGHT = weight
        found = [_found(question, embedder) for question in questions]
        scoring.WORDS_WEIGHT = usual
        ranks = [rank for rank, _ in found]
        shares = [sum(0 < rank <= n for rank in ranks) / len(ranks) for n in (1, 5, 10)]
        mrr = statistics.mean(1 / rank if rank else 0 for rank in ranks)
        said = statistics.mean(is_said for _, is_said in found)
        print(
            f"{name:16}" + "".join(f"{x:>7.3f}" for x in (*shares, mrr)) + f"{said:>9.3f}"
        )


def _found(question: Any, embedder: Any) -> tuple[int, bool]:
    """Give the rank of the answering message, 0 without, and whether any hit says the answer."""
    from imports.search import Question, search

    hits = search(USER, Question(text=question.question, limit=10), embedder=embedder)
    ranks = (n for n, hit in enumerate(hits, 1) if question.message_id in hit.message_ids)
    return next(ranks, 0), any(question.answer.lower() in hit.text.lower() for hit in hits)


class _Down:
    """An embedder that does not answer: what is left is the search by words."""

    space = "none"
    dimensions = 0
    batch_size = 1

    def embed(self, texts: Any) -> Any:
        from imports.errors import TransientFailure

        raise TransientFailure


def _latency(questions: list[str], rounds: int) -> None:
    from imports.search import Question, search

    for name, filters in {
        "": {},
        "role=user": {"role": "user"},
        "tier=medium": {"tier": "medium"},
    }.items():
        times = []
        for number in range(rounds):
            asked = Question(text=questions[number % len(questions)], **filters)
            times.append(1000 * _seconds(lambda asked=asked: search(USER, asked)))
        cuts = statistics.quantiles(times[2:], n=20)
        print(
            f"search {name:12} p50 {statistics.median(times):.1f} ms  p95 {cuts[-1]:.1f} ms"
        )


def _seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
