"""How well and how fast a memory answers: recall of planted questions, and milliseconds.

    python -m bench.search [--sizes 1000,20000,200000] [--seeds 41,42,43] [--one 10000]

Recall: one synthetic export of 20,000 chunks of the finest tier for each seed, seeds that no weight
was tuned on, imported as far as the facts; then the questions that were planted. Found is the
answering message, ``said`` any text that names the answer. "asked anew" are the questions about the
person in other words; both phrasings and the words by which facts are asked for were written by the
same hand, so take the figures with facts as what is possible, and those without as the floor.

Rates: the stage beside reading and embedding alone, and what writing vectors and words costs beside it.

Latency: milliseconds on the clock, and of processor time (this process and its PostgreSQL, without
the database's own helpers), which tells what a machine of its own would take.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from bench.asked import ANEW
from bench.house import house
from bench.report import Row, tell

FINEST_PER_SEED = 20_000
# 4,250 bytes of JSON per chunk of the finest tier is what these exports measure.
BYTES_PER_CHUNK = 4_250


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 20_000, 200_000])
    parser.add_argument("--seeds", type=_numbers, default=[41, 42, 43])
    parser.add_argument(
        "--one", type=int, default=10_000, help="chunks of one conversation"
    )
    parser.add_argument("--rounds", type=int, default=200, help="timed questions")
    options = parser.parse_args()
    logging.getLogger("imports.search").setLevel(
        logging.ERROR
    )  # words alone is what we ask for
    with house("search") as folder:
        memories = {seed: _memory(folder, seed, FINEST_PER_SEED) for seed in options.seeds}
        rows = _recall_rows(_recall(memories)) if memories else []
        for size in options.sizes:
            if size == FINEST_PER_SEED and memories:
                memory = next(iter(memories.values()))
            else:
                memory = _memory(folder, 44, size)
            rows.append(_latency(memory, size, options.rounds))
        if options.one:
            memory = _memory(folder, 45, options.one, is_one=True)
            rows.append(
                _latency(
                    memory, options.one, options.rounds // 5, of=" of one conversation"
                )
            )
        tell([*rows, *(_rate_row(each.parts) for each in [*memories.values()][:1])])


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]


@dataclass(frozen=True, slots=True)
class Memory:
    """An imported export: whose it is, its truth, and the seconds of the stage by part."""

    user: uuid.UUID
    truth: Any
    parts: dict[str, float]


def _memory(folder: Path, seed: int, wanted: int, *, is_one: bool = False) -> Memory:
    """Import an export as far as the facts; all of it may be said in one conversation."""
    from django.db import connection

    from imports.adapters.local_analyst import LocalAnalyst
    from imports.models import Chunk, Fact, Status
    from imports.pipeline import facts, ingest, spool
    from imports.synthetic import write_export
    from tests.factories import make_job
    from tests.ports import Ports

    path = folder / "conversations.json"
    truth = write_export(path, seed=seed, size_bytes=wanted * BYTES_PER_CHUNK)
    if is_one:
        _join(path)
    job = make_job(status=Status.RUNNING)
    room = spool.folder_of(folder / "spool", job.id)
    spool.prepare(room, etag="e")
    path.rename(spool.part_path(room, 0))
    spool.seal(room, etag="e", parts=1, missing=())
    store: Any = Ports(spool=folder / "spool")
    list(ingest.run(job, store))
    parts = _embed(job)
    analyst = LocalAnalyst()
    engines: Any = Ports(language_model=analyst, stand_in=analyst)
    list(facts.run(job, engines))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    mine = Chunk.objects.filter(user_id=job.user_id)
    tiers = {tier: mine.filter(tier=tier).count() for tier in ("micro", "medium")}
    known = Fact.objects.filter(user_id=job.user_id).count()
    print(f"\nseed {seed}: chunks {json.dumps(tiers)}, {known} facts", flush=True)
    _tell_rates(parts, sum(tiers.values()))
    return Memory(job.user_id, truth, parts | {"chunks": sum(tiers.values())})


def _join(path: Path) -> None:
    """Let all conversations of an export be one: each goes on where the one before it ends."""
    first, *others = json.loads(path.read_bytes())
    mapping, end = first["mapping"], first["current_node"]
    for number, other in enumerate(others):
        for key, node in other["mapping"].items():
            node["id"] = f"{number}-{key}"
            node["children"] = [f"{number}-{child}" for child in node["children"]]
            is_root = node["parent"] is None
            node["parent"] = end if is_root else f"{number}-{node['parent']}"
            mapping[node["id"]] = node
            if is_root:
                mapping[end]["children"].append(node["id"])
        end = f"{number}-{other['current_node']}"
    path.write_text(json.dumps([first | {"current_node": end}]))


def _embed(job: Any) -> dict[str, float]:
    """Run the stage; give the seconds of its parts."""
    from imports.adapters.local_embedder import LocalEmbedder
    from imports.pipeline import embed
    from tests.ports import Ports

    embedder = LocalEmbedder()
    embedder.embed(["warm"])
    parts: dict[str, float] = {}
    with ExitStack() as stack:
        steps = [
            (embed.Reader, "read"),
            *((embed, name) for name in ("blocks_of", "store_vectors", "store_blocks")),
        ]
        for place, name in steps:
            timed = _timed(getattr(place, name), name, parts)
            stack.enter_context(mock.patch.object(place, name, timed))
        started = time.perf_counter()
        ports: Any = Ports(embedder=embedder)
        list(embed.run(job, ports))
        parts["stage"] = time.perf_counter() - started
    return parts


def _timed(call: Callable[..., Any], name: str, parts: dict[str, float]) -> Any:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return call(*arguments, **named)
        finally:
            parts[name] = parts.get(name, 0) + time.perf_counter() - started

    return timed


def _tell_rates(parts: dict[str, float], chunks: int) -> None:
    stage, making = parts["stage"], parts["read"]
    print(
        f"embed: stage {chunks / stage:,.0f} chunks/s, read and embedded {chunks / making:,.0f};"
        f" of that, writing the vectors costs {parts['store_vectors'] / making:.2f},"
        f" the words {(parts['blocks_of'] + parts['store_blocks']) / making:.2f}",
        flush=True,
    )


def _recall(memories: dict[int, Memory]) -> dict[str, float]:
    """Print recall each way; give that at 10."""
    from imports.search import facts, passages, scoring

    off = mock.patch.object
    no_facts = off(facts, "proofs", lambda *_, **__: [])
    no_words = (off(scoring, "WORDS_WEIGHT", 0.0), off(passages, "SENTENCES_WEIGHT", 0.0))
    ways: dict[str, tuple[tuple[Any, ...], Any]] = {
        "hybrid": ((), None),
        "without facts": ((no_facts,), None),
        "vectors alone": ((no_facts, *no_words), None),
        "words alone": ((no_facts,), _Down()),
    }
    at_10: dict[str, float] = {}
    print(f"\n{'':28}{'@1':>7}{'@5':>7}{'@10':>7}{'MRR':>7}{'said@10':>9}")
    for asked, told in (("", None), (", asked anew", ANEW)):
        for name, (patches, embedder) in ways.items():
            with ExitStack() as stack:
                for patch in patches:
                    stack.enter_context(patch)
                found = [
                    _found(each.user, question, asked_as, embedder)
                    for each in memories.values()
                    for question, asked_as in _questions(each.truth, told)
                ]
            at_10[name + asked] = _tell_recall(name + asked, found)
    return at_10


def _questions(truth: Any, told: dict[str, str] | None) -> Iterator[tuple[Any, str]]:
    for each in truth.questions:
        if told is None or each.question in told:
            yield each, told[each.question] if told else each.question


def _tell_recall(name: str, found: Sequence[tuple[int, bool]]) -> float:
    ranks = [rank for rank, _ in found]
    shares = [sum(0 < rank <= n for rank in ranks) / len(ranks) for n in (1, 5, 10)]
    mrr = statistics.mean(1 / rank if rank else 0 for rank in ranks)
    said = statistics.mean(is_said for _, is_said in found)
    columns = "".join(f"{x:>7.3f}" for x in (*shares, mrr)) + f"{said:>9.3f}"
    print(f"{name:28}{columns}   of {len(found)}", flush=True)
    return shares[-1]


def _found(user: uuid.UUID, question: Any, text: str, embedder: Any) -> tuple[int, bool]:
    """Give the rank of the answering message, 0 without, and whether any hit says the answer."""
    from imports.search import Question, search

    hits = search(user, Question(text=text, limit=10), embedder=embedder)
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


def _recall_rows(at_10: dict[str, float]) -> list[Row]:
    better = max(at_10["vectors alone"], at_10["words alone"])
    return [
        Row(
            bench="search",
            what=f"recall@10, {name}",
            figure=f"{at_10[name]:.3f}",
            beside=f"better of vectors and words {better:.3f}",
            ratio=at_10[name] / better,
            goal="at least as good",
            holds=at_10[name] >= better,
        )
        for name in ("hybrid", "without facts")
    ]


def _rate_row(parts: dict[str, float]) -> Row:
    ratio = parts["store_vectors"] / parts["read"]
    return Row(
        bench="search",
        what="writing vectors",
        figure=f"{parts['chunks'] / parts['store_vectors']:,.0f} chunks/s",
        beside=f"reading texts and making them {parts['chunks'] / parts['read']:,.0f} chunks/s",
        ratio=ratio,
        goal="costs less",
        holds=ratio < 1,
    )


def _latency(memory: Memory, size: int, rounds: int, *, of: str = "") -> Row:
    """Time searches with and without filters; give the row of those without."""
    from imports.models import Chunk
    from imports.search import Question, search

    user, questions = memory.user, [each.question for each in memory.truth.questions]
    count = Chunk.objects.filter(user_id=user, tier="micro").count()
    print(f"\n{count:,} chunks{'':12}{'p50':>8}{'p95':>8}{'cpu p50':>10}{'cpu p95':>9}  ms")
    cells: dict[str, tuple[float, ...]] = {}
    for name, filters in {
        "": {},
        "role=user": {"role": "user"},
        "provider=chatgpt": {"provider": "chatgpt"},
        "tier=medium": {"tier": "medium"},
    }.items():
        clock, processor = [], []
        for number in range(rounds):
            asked = Question(text=questions[number % len(questions)], **filters)
            with _processor_time() as spent:
                started = time.perf_counter()
                search(user, asked)
                clock.append(1_000 * (time.perf_counter() - started))
            processor.append(1_000 * spent[0])
        cells[name] = (*_percentiles(clock[5:]), *_percentiles(processor[5:]))
        print(f"{name:24}" + "".join(f"{cell:>9.1f}" for cell in cells[name]), flush=True)
    _, p95, _, cpu = cells[""]
    is_asked = size == FINEST_PER_SEED
    return Row(
        bench="search",
        what=f"p95 over {count:,} chunks{of}",
        figure=f"{p95:.0f} ms",
        beside=f"{cpu:.0f} ms of processor time",
        ratio=p95 / cpu,
        goal="under 50 ms" if is_asked else "",
        holds=p95 < 50 if is_asked else None,
    )


def _percentiles(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), statistics.quantiles(values, n=20)[-1]


@contextmanager
def _processor_time() -> Iterator[list[float]]:
    """Measure processor seconds of this process and of the one that serves its connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    spent = [0.0]
    before = time.process_time() + _scheduled(pid)
    yield spent
    spent[0] = time.process_time() + _scheduled(pid) - before


def _scheduled(pid: int) -> float:
    """Read for how many seconds a process has run; Linux tells it in nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
