"""Poll ten thousand times while an import runs: nothing but 200, and the progress is seen.

    python -m bench.busy                    10,000 polls, an export of 150 MB
    python -m bench.busy --polls 50000 --megabytes 600

Web server, worker, database and load are processes of one machine, as with `make run`.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.report import Row, tell
from bench.serving.house import house, poll
from bench.serving.load import Load, ask_for
from bench.serving.servers import served

BURST = 500  # polls between two looks at the row


def main() -> None:
    """Parse the command line, import, poll, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--polls", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=150)
    options = parser.parse_args()
    with house() as folder, served("soulprint.wsgi:application") as server, _worker():
        job_id = _start(folder, megabytes=options.megabytes)
        seen, loads = _poll(server.port, job_id, polls=options.polls)
        _print(seen, loads, wanted=options.polls)


@contextmanager
def _worker() -> Iterator[None]:
    worker = subprocess.Popen([sys.executable, "manage.py", "worker"])
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _start(folder: Path, *, megabytes: int) -> uuid.UUID:
    """Lay an export into the store and ask for its import; wait until somebody has it."""
    from imports import intake
    from imports.models import ImportJob, Status
    from imports.synthetic import write_export

    user = uuid.uuid4()
    path = folder / "objects" / "imports" / str(user) / "export.zip"
    path.parent.mkdir(parents=True)
    write_export(path, seed=7, size_bytes=megabytes * 1_000_000, zipped=True)
    job = intake.start(
        user_id=user, storage_path=f"imports/{user}/export.zip", requested_by="bench"
    )
    while ImportJob.objects.get(id=job.id).status == Status.QUEUED:
        time.sleep(0.1)
    return job.id


def _poll(
    port: int, job_id: uuid.UUID, *, polls: int
) -> tuple[list[tuple[str, str, int]], list[Load]]:
    from imports.models import ImportJob

    seen: list[tuple[str, str, int]] = []
    loads: list[Load] = []
    requests = itertools.repeat(poll(job_id))
    for _ in range(0, polls, BURST):
        loads.append(ask_for(port, itertools.islice(requests, BURST), seconds=600))
        job = ImportJob.objects.get(id=job_id)
        seen.append((job.status, job.stage, job.progress_percent))
    return seen, loads


def _print(seen: list[tuple[str, str, int]], loads: list[Load], *, wanted: int) -> None:
    times = sorted(each for load in loads for each in load.times)
    statuses = Counter(status for load in loads for status in load.statuses.elements())
    seconds = sum(load.seconds for load in loads)
    during = sum(status in ("RUNNING", "QUEUED") for status, _, _ in seen) * BURST
    p50, p99 = (times[len(times) * share // 100] * 1e3 for share in (50, 99))
    errors = len(times) - statuses[200]
    print(f"answers: {dict(statuses)}; from {seen[0]} to {seen[-1]}")
    tell(
        [
            Row(
                bench="busy",
                what=f"{len(times)} polls, {during} of them while an import ran",
                figure=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {len(times) / seconds:.0f}/s, {errors} errors",
                goal="no error",
                holds=not errors and len(times) >= wanted,
            )
        ]
    )
    if set(statuses) != {200} or len(times) < wanted:
        raise SystemExit("there were errors")
    if during < wanted:
        print("the import ended before the polls did: take more --megabytes")


if __name__ == "__main__":
    main()
