"""Measure many imports at once: throughput, waiting times, connections to the database.

    python -m bench.crowd                        50 imports of 20 MB, 10 people, two workers
    python -m bench.crowd --imports 20 --size 5MB

The same imports by one worker, one after another, are the measure of the throughput. A few are
enough for that: their time is multiplied.
"""

from __future__ import annotations

import argparse
import statistics
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.house import house, worker
from bench.report import Row, tell
from bench.watching import Watch

WORKERS = 2
ALONE = 4
MOST_CONNECTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """So many imports from the first trigger to the last end; waits until each was started."""

    seconds: float
    waits: list[float]
    connections: int
    worker_mb: float


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--imports", type=int, default=50)
    parser.add_argument("--size", default="20MB")
    options = parser.parse_args()
    with house("crowd") as folder:
        _write(folder / "export.zip", options.size)
        alone = _measure(folder, imports=min(ALONE, options.imports), workers=1)
        crowd = _measure(folder, imports=options.imports, workers=WORKERS)
    tell(_rows(options.size, options.imports, alone, crowd))


def _write(path: Path, size: str) -> None:
    from imports.synthetic import write_export
    from soulprint.env import parse_size

    write_export(path, seed=1, size_bytes=parse_size(size), zipped=True)


def _measure(folder: Path, *, imports: int, workers: int) -> Crowd:
    """Trigger all at once, each for a person of its own, and wait for the last."""
    from imports.models import ImportJob

    with (
        worker(folder, WORKERS=str(workers)) as process,
        Watch(worker=process.pid, database=folder / "postgres") as watch,
    ):
        began = time.perf_counter()
        jobs = [_trigger(folder) for _ in range(imports)]
        while ImportJob.objects.active().exists():
            time.sleep(0.2)
        seconds = time.perf_counter() - began
    for job in jobs:
        job.reload()
        if job.status != "COMPLETE":
            raise SystemExit(f"an import ended as {job.status}: {job.error_code}")
    return Crowd(
        seconds=seconds,
        waits=[(job.started_at - job.created_at).total_seconds() for job in jobs],
        connections=watch.connections,
        worker_mb=watch.worker_mb,
    )


def _trigger(folder: Path) -> Any:
    from imports import intake

    user = uuid.uuid4()
    path = f"imports/{user}/export.zip"
    target = folder / "objects" / path
    target.parent.mkdir(parents=True)
    target.hardlink_to(folder / "export.zip")
    return intake.start(user_id=user, storage_path=path, requested_by="bench")


def _rows(size: str, imports: int, alone: Crowd, crowd: Crowd) -> list[Row]:
    one_by_one = alone.seconds / len(alone.waits) * imports
    waits = sorted(crowd.waits)
    return [
        Row(
            bench="crowd",
            what=f"{imports} imports of {size} on {WORKERS} workers: throughput",
            figure=f"{imports / crowd.seconds * 60:.1f} a minute",
            beside=f"one after another, {imports / one_by_one * 60:.1f} a minute",
            ratio=one_by_one / crowd.seconds,
            peak_mb=crowd.worker_mb,
        ),
        Row(
            bench="crowd",
            what="waiting until started: median, largest",
            figure=f"{statistics.median(waits):.0f} s, {waits[-1]:.0f} s",
            beside=f"all of it, {crowd.seconds:.0f} s",
            ratio=waits[-1] / crowd.seconds,
        ),
        Row(
            bench="crowd",
            what="connections to the database",
            figure=f"{crowd.connections} at most",
            goal=f"<= {MOST_CONNECTIONS}",
            holds=crowd.connections <= MOST_CONNECTIONS,
        ),
    ]


if __name__ == "__main__":
    main()
