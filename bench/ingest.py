"""Measure ZIP to committed rows beside COPY of the same rows, and beside ijson + bulk_create.

    python -m bench.ingest                        300 MB, three rounds
    python -m bench.ingest --size 1GB --rounds 1

soulprint    download and ingest of our pipeline, out of the ZIP, every batch committed
copy         COPY of exactly the rows that soulprint stored, packed beforehand: the floor
usual        ijson.items and bulk_create, the way it is usually written

Each method runs in a process of its own on an embedded PostgreSQL of this run, interleaved.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.house import house
from bench.report import Row, tell
from bench.watching import peak_mb

METHODS = ("soulprint", "copy", "usual")
TABLES = ("imports_conversation", "imports_chunk")

Results = dict[str, list[dict[str, float]]]


def main() -> None:
    """Parse the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", default="300MB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        _report(options.run, options.folder)
        return
    with house("ingest") as folder:
        tell(_rows(*_compare(folder, options.size, options.rounds)))


def _compare(folder: Path, size: str, rounds: int) -> tuple[Results, float]:
    """Run every method in turn; give what each run took, and the megabytes of JSON."""
    from imports.synthetic import write_export
    from soulprint.env import parse_size

    write_export(folder / "export.zip", seed=1, size_bytes=parse_size(size), zipped=True)
    results: Results = {method: [] for method in METHODS}
    for _ in range(rounds):
        for method in METHODS:
            results[method].append(_measure(method, folder))
            _empty_tables()
    with zipfile.ZipFile(folder / "export.zip") as archive:
        megabytes = max(info.file_size for info in archive.infolist()) / 1e6
    return results, megabytes


def _measure(method: str, folder: Path) -> dict[str, float]:
    run = [sys.executable, "-m", "bench.ingest", "--run", method, "--folder", str(folder)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _report(method: str, folder: Path) -> None:
    _django()
    work: dict[str, Callable[[Path], None]] = {
        "soulprint": store,
        "copy": _copy,
        "usual": _usual,
    }
    began, cpu = time.perf_counter(), time.process_time()
    work[method](folder)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "cpu": time.process_time() - cpu,
                "peak": peak_mb(os.getpid()),
            }
        )
    )
    if method == "soulprint":
        _pack(folder)


def store(folder: Path) -> None:
    from imports.adapters.objects_local import LocalObjects
    from imports.pipeline import download, ingest
    from tests.ports import Ports

    user = uuid.uuid4()
    job = _job(user, f"imports/{user}/export.zip")
    target = folder / "objects" / job.storage_path
    target.parent.mkdir(parents=True)
    target.hardlink_to(folder / "export.zip")
    ports: Any = Ports(
        objects=LocalObjects(folder / "objects", ["imports"]), spool=folder / "spool"
    )
    for _ in download.run(job, ports):
        pass
    for _ in ingest.run(job, ports):
        pass


def _pack(folder: Path) -> None:
    """Keep the rows that were just stored as files that COPY takes."""
    from django.db import connection

    for table in ("imports_importjob", *TABLES):
        statement = f"COPY {table} TO STDOUT (FORMAT BINARY)"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            (folder / table).write_bytes(b"".join(copy))


def _copy(folder: Path) -> None:
    from django.db import connection

    for table in ("imports_importjob", *TABLES):
        statement = f"COPY {table} FROM STDIN (FORMAT BINARY)"
        with (
            (folder / table).open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            while block := file.read(1 << 20):
                copy.write(block)


def _usual(folder: Path) -> None:
    """Parse and store as an ordinary importer does: one object after the other, rows in bulk."""
    import ijson

    from imports.models import Chunk, Conversation

    user = uuid.uuid4()
    job = _job(user, "usual")
    with zipfile.ZipFile(folder / "export.zip") as archive:
        members = [name for name in archive.namelist() if name.startswith("conversations")]
        rows: list[Conversation] = []
        chunks: list[Chunk] = []
        with archive.open(members[0]) as file:
            for item in ijson.items(file, "item", use_float=True):
                row = _usual_row(item, user, job)
                rows.append(row)
                chunks += _usual_chunks(row)
                if len(rows) == 500:
                    Conversation.objects.bulk_create(rows)
                    Chunk.objects.bulk_create(chunks, batch_size=1000)
                    rows, chunks = [], []
        Conversation.objects.bulk_create(rows)
        Chunk.objects.bulk_create(chunks, batch_size=1000)


def _usual_row(item: dict[str, Any], user: uuid.UUID, job: Any) -> Any:
    from imports.models import Conversation

    texts, spans, at = [], [], 0
    for key, node in item["mapping"].items():
        message = node.get("message")
        if not message:
            continue
        content = message.get("content") or {}
        parts = content.get("parts") or [content.get("text") or ""]
        text = "\n".join(part for part in parts if isinstance(part, str)).replace("\0", "")
        role = message["author"]["role"]
        spans.append([key, role, "", message.get("create_time"), at, at + len(text)])
        texts.append(text)
        at += len(text) + 2
    return Conversation(
        id=uuid.uuid4(),
        user_id=user,
        job=job,
        provider="chatgpt",
        source_id=item["id"],
        title=item.get("title") or "",
        message_count=len(texts),
        content_hash=b"",
        transcript="\n\n".join(texts),
        shown_length=at,
        spans=spans,
    )


def _usual_chunks(row: Any) -> list[Any]:
    from imports.models import Chunk

    return [
        Chunk(
            user_id=row.user_id,
            conversation=row,
            tier=tier,
            start=start,
            end=min(start + size, len(row.transcript)),
        )
        for tier, size in (("micro", 800), ("medium", 4_000), ("macro", 16_000))
        for start in range(0, len(row.transcript), size)
    ]


def _job(user: uuid.UUID, path: str) -> Any:
    from imports.models import ImportJob, Status

    job = ImportJob.objects.create(
        user_id=user,
        storage_path=path,
        status=Status.RUNNING,
        lease_expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    job.reload()
    return job


def _empty_tables() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE imports_importjob CASCADE")
        cursor.execute("CHECKPOINT")


def _rows(results: Results, megabytes: float) -> list[Row]:
    median = {
        method: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for method, runs in results.items()
    }
    ours, floor, usual = (median[method]["seconds"] for method in METHODS)
    goals = {
        "soulprint": ("times copy", ours / floor, "at most 1.5", ours <= 1.5 * floor),
        "copy": ("", None, "", None),
        "usual": ("times soulprint", usual / ours, "at least 8", usual >= 8 * ours),
    }
    return [
        Row(
            bench="ingest",
            what=f"{method}, {megabytes:,.0f} MB of JSON",
            figure=f"{run['seconds']:.2f} s, {megabytes / run['seconds']:.0f} MB/s",
            beside=beside,
            ratio=ratio,
            peak_mb=run["peak"],
            goal=goal,
            holds=holds,
        )
        for method, run in median.items()
        for beside, ratio, goal, holds in [goals[method]]
    ]


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soulprint.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
