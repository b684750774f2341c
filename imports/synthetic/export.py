"""Writes an export: one JSON file, a folder of shards, or a ZIP with its side files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from imports.synthetic.containers import written
from imports.synthetic.grouping import FEWEST
from imports.synthetic.stream import Parts, Stream, expected_for
from imports.synthetic.truth import Truth


def truth_path(path: Path) -> Path:
    """Return where the ground truth of an export lies: beside it."""
    return path.with_name(path.name + ".truth.json")


def write_export(
    path: Path | str,
    *,
    seed: int,
    conversations: int | None = None,
    size_bytes: int | None = None,
    zipped: bool = False,
    shards: bool = False,
) -> Truth:
    """Write a synthetic export and its truth; same arguments, same bytes.

    :raises ValueError: not exactly one of conversations and size_bytes, or too few
    """
    target = Path(path)
    stream, documents = _stream(seed, conversations, size_bytes)
    size = written(target, documents, stream, zipped=zipped, shards=shards)
    truth = _truth(stream, seed=seed, size=size)
    truth_path(target).write_text(truth.to_json(), encoding="utf-8")
    return truth


def conversations(*, seed: int, count: int) -> Iterator[bytes]:
    """Yield conversations one by one, each a JSON document."""
    _, documents = _stream(seed, count, None)
    for parts in documents:
        yield "".join(parts).encode("ascii")


def _stream(
    seed: int, count: int | None, size: int | None
) -> tuple[Stream, Iterator[Parts]]:
    if count is not None and size is None:
        if count < FEWEST:
            raise ValueError(f"an export has at least {FEWEST} conversations")
        stream = Stream(seed=seed, expected=count)
        return stream, stream.by_count(count)
    if size is not None and count is None:
        expected, lengthened = expected_for(size)
        stream = Stream(seed=seed, expected=expected, lengthened=lengthened)
        return stream, stream.by_size(size)
    raise ValueError("give either a number of conversations or a size")


def _truth(stream: Stream, *, seed: int, size: int) -> Truth:
    planted = stream.planted
    return Truth(
        seed=seed,
        persona=stream.plan.persona,
        facts=tuple(fact for place in planted for fact in place.facts()),
        poison=tuple(poison for place in planted for poison in place.poison()),
        questions=tuple(question for place in planted for question in place.questions()),
        totals=stream.tally.totals(size=size),
    )
