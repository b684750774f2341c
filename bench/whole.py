"""Measure whole imports: from the trigger to ``quick_ready`` and to ``complete``.

    python -m bench.whole                              300 MB with the local engines
    python -m bench.whole --size 300MB --size 1GB
    python -m bench.whole --size 30MB --latency 20     a model that takes 20 s for an answer

A real ``manage.py worker`` on an embedded PostgreSQL of this run. Beside it stands COPY of the
same conversations and chunks, packed beforehand, without vectors: what the database alone needs.
"""

from __future__ import annotations

import argparse
import time
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.house import house, worker
from bench.report import Row, tell
from bench.watching import Watch

WORKER_MB = 150
LARGEST_TIMES = 3
MOST_COPIES = 2.0
MOST_GROWTH = 3.5
TABLES = ("imports_importjob", "imports_conversation", "imports_chunk")
# Made by later stages; the floor is what is there before the quick soulprint.
LATER = {"imports_chunk": {"embedding": "NULL::halfvec", "embedding_space": "''"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One import; seconds count from the trigger."""

    json_mb: float
    largest_mb: float
    quick_seconds: float
    seconds: float
    stages: dict[str, float]
    calls: int
    again_seconds: float
    asking_before_quick: float
    asking_seconds: float
    copy_seconds: float
    worker_mb: float
    database_mb: float


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", action="append", help="of the JSON; more than once")
    parser.add_argument(
        "--latency", type=float, help="ask a fake model that takes so many seconds"
    )
    parser.add_argument("--budget", default="5", help="dollars for the model")
    options = parser.parse_args()
    sizes = options.size or ["300MB"]
    # A process each: settings name one database, and are read once.
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), max_tasks_per_child=1
    ) as apart:
        runs = {
            size: Run(
                **apart.submit(_measure, size, options.latency, options.budget).result()
            )
            for size in sizes
        }
    tell([row for size, run in runs.items() for row in _rows(size, run, options.latency)])
    if len(runs) > 1:
        tell([_growth(runs)])


def _measure(size: str, latency: float | None, budget: str) -> dict[str, Any]:
    with house("whole") as folder, _model(latency) as asked:
        from soulprint.env import parse_size

        path = folder / "export.zip"
        _write(path, parse_size(size))
        environment = {**asked.environment, "IMPORT_BUDGET_USD": budget}
        with worker(folder, **environment) as process:
            with Watch(worker=process.pid, database=folder / "postgres") as watch:
                job = _import(path, folder, budget, user=uuid.uuid4())
            ended = time.time()
            story, sizes = _story(job), _sizes(path, job)
            again = _import(path, folder, budget, user=job.user_id)
        run = Run(
            **story,
            **sizes,
            again_seconds=_story(again)["seconds"],
            asking_before_quick=asked.seconds(
                until=job.created_at.timestamp() + story["quick_seconds"]
            ),
            asking_seconds=asked.seconds(until=ended),
            copy_seconds=_copy(folder),
            worker_mb=watch.worker_mb,
            database_mb=watch.database_mb,
        )
        return asdict(run)


def _write(path: Path, size: int) -> None:
    from imports.synthetic import write_export

    write_export(path, seed=1, size_bytes=size, zipped=True)


def _import(path: Path, folder: Path, budget: str, *, user: uuid.UUID) -> Any:
    from imports import intake
    from imports.models import Status

    storage_path = f"imports/{user}/{uuid.uuid4()}.zip"
    target = folder / "objects" / storage_path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.hardlink_to(path)
    job = intake.start(user_id=user, storage_path=storage_path, requested_by="bench")
    type(job).objects.filter(id=job.id).update(
        budget_microdollars=int(float(budget) * 1_000_000)
    )
    while job.is_active:
        time.sleep(0.2)
        job.reload()
    if job.status != Status.COMPLETE:
        raise SystemExit(f"the import ended as {job.status}: {job.error_code}")
    return job


def _story(job: Any) -> dict[str, Any]:
    from imports.models import StageLog

    stages: dict[str, float] = defaultdict(float)
    for line in job.log.filter(kind=StageLog.Kind.STAGE):
        stages[line.stage] += (line.ended_at - line.started_at).total_seconds()
    return {
        "quick_seconds": (job.quick_ready_at - job.created_at).total_seconds(),
        "seconds": (job.finished_at - job.created_at).total_seconds(),
        "stages": dict(stages),
        "calls": job.model_calls,
    }


def _sizes(path: Path, job: Any) -> dict[str, float]:
    from django.db.models import Max
    from django.db.models.functions import Length

    from imports.models import Conversation

    with zipfile.ZipFile(path) as archive:
        largest = max(info.file_size for info in archive.infolist())
    # The text alone: its JSON is larger, and so would be the limit.
    texts = Conversation.objects.filter(job=job).aggregate(
        longest=Max(Length("transcript"))
    )
    return {"json_mb": largest / 1e6, "largest_mb": texts["longest"] / 1e6}


def _copy(folder: Path) -> float:
    """Pack the rows of the import, empty the tables, and time COPY of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            columns = _columns(cursor, table)
            with (
                cursor.copy(
                    f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT BINARY)"
                ) as copy,
                (folder / table).open("wb") as file,
            ):
                for block in copy:
                    file.write(block)
        cursor.execute("TRUNCATE imports_importjob CASCADE")
        cursor.execute("CHECKPOINT")
        began = time.perf_counter()
        for table in TABLES:
            with (
                (folder / table).open("rb") as file,
                cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
        return time.perf_counter() - began


def _columns(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s ORDER BY ordinal_position",
        [table],
    )
    later = LATER.get(table, {})
    return ", ".join(later.get(name, f'"{name}"') for (name,) in cursor)


class _Asked:
    """The fake model of a run, and when it was being asked."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.spans: list[tuple[float, float]] = []

    def seconds(self, *, until: float) -> float:
        """Give for how long at least one question was under way, up to a moment."""
        total, reached = 0.0, 0.0
        for began, ended in sorted(self.spans):
            if began >= until:
                break
            total += max(0.0, ended - max(began, reached))
            reached = max(reached, ended)
        return total


@contextmanager
def _model(latency: float | None) -> Iterator[_Asked]:
    if latency is None:
        yield _Asked({})
        return
    from tests.fakes.models import example, model_server

    with model_server() as models:
        asked = _Asked(
            {
                "LLM": "anthropic",
                "ANTHROPIC_API_KEY": "made-up",
                "ANTHROPIC_BASE_URL": models.url,
            }
        )

        def answer(body: Any) -> str:
            began = time.time()
            time.sleep(latency)
            asked.spans.append((began, time.time()))
            return example(body)

        models.answer = answer
        yield asked


def _rows(size: str, run: Run, latency: float | None) -> list[Row]:
    engine = "local engines" if latency is None else f"a model of {latency:.0f} s"
    what = f"{size}, {engine}"
    own = run.quick_seconds - run.asking_before_quick
    most = WORKER_MB + LARGEST_TIMES * run.largest_mb
    stages = ", ".join(f"{name} {each:.1f}" for name, each in run.stages.items())
    rows = [
        Row(
            bench="whole",
            what=f"{what}: trigger to quick_ready",
            figure=f"{run.quick_seconds:.1f} s",
            beside=f"COPY of the same rows, {run.copy_seconds:.1f} s",
            ratio=own / run.copy_seconds,
            goal=f"<= {MOST_COPIES:.0f} x COPY without the model",
            holds=own <= MOST_COPIES * run.copy_seconds,
        ),
        Row(
            bench="whole",
            what=f"{what}: to complete",
            figure=f"{run.seconds:.1f} s ({stages})",
        ),
        Row(
            bench="whole",
            what=f"{what}: the same file again",
            figure=f"{run.again_seconds:.1f} s",
        ),
        Row(
            bench="whole",
            what=f"{what}: worker",
            figure=f"largest conversation {run.largest_mb:.1f} MB",
            peak_mb=run.worker_mb,
            goal=f"<= {most:.0f} MB",
            holds=run.worker_mb <= most,
        ),
        Row(
            bench="whole",
            what=f"{what}: PostgreSQL",
            figure="all its processes",
            peak_mb=run.database_mb,
        ),
    ]
    if latency:
        rows.append(
            Row(
                bench="whole",
                what=f"{what}: waiting for it",
                figure=f"{run.calls} calls, {run.asking_seconds / run.seconds:.0%} of the time",
            )
        )
    return rows


def _growth(runs: dict[str, Run]) -> Row:
    (small, first), *_, (large, last) = runs.items()
    ratio = last.seconds / first.seconds
    return Row(
        bench="whole",
        what=f"time of {large} over {small}",
        figure=f"{last.seconds:.0f} s",
        beside=f"{first.seconds:.0f} s",
        ratio=ratio,
        goal=f"<= {MOST_GROWTH}",
        holds=ratio <= MOST_GROWTH,
    )


if __name__ == "__main__":
    main()
