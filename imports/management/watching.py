"""Shows a running import on a terminal: a bar per stage, then the summary."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from imports import amounts
from imports.models import ImportJob, StageLog, StageName, Status, Worker

POLL_SECONDS = 0.3


def follow(job: ImportJob, console: Console) -> ImportJob:
    """Watch until the job has ended; starts a worker for that time if none is alive."""
    with _some_worker(console), _Bars(console) as bars:
        while job.is_active:
            bars.show(job)
            time.sleep(POLL_SECONDS)
            job.reload()
        bars.show(job)
    console.print(_summary(job))
    if job.status != Status.COMPLETE:
        console.print(f"[bold red]{job.error_title or job.get_status_display()}[/]")
        console.print(f"{job.error_code}: {job.error_detail}" if job.error_code else "")
    return job


@contextmanager
def _some_worker(console: Console) -> Iterator[None]:
    if Worker.objects.alive().exists():
        yield
        return
    console.print("No worker is running: one works for this import.")
    worker = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "worker"],
        start_new_session=True,
        env={
            **os.environ,
            "DATABASE_URL": settings.DATABASE_URL,
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        },
    )
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait()


class _Bars:
    """A bar per stage that has begun."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description:28}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, job: ImportJob) -> None:
        """Draw what the stage log says now."""
        for line in StageLog.objects.filter(job=job, kind="stage").in_order():
            if line.stage not in self._tasks:
                label = StageName(line.stage).label
                self._tasks[line.stage] = self._progress.add_task(label, total=100, said="")
            is_done = line.outcome == StageLog.Outcome.DONE
            share = line.items_done / line.items_total if line.items_total else 0.0
            self._progress.update(
                self._tasks[line.stage],
                completed=100 if is_done else min(99, share * 100),
                said=amounts.counted(line.items_done, line.unit),
            )
            if line.ended_at:
                self._progress.stop_task(self._tasks[line.stage])


def _summary(job: ImportJob) -> Table:
    table = Table(title=job.get_status_display(), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("conversations found", f"{job.conversations_found:,}")
    table.add_row("  stored", f"{job.conversations_stored:,}")
    table.add_row("  unchanged", f"{job.conversations_unchanged:,}")
    table.add_row("  skipped", f"{job.skipped:,}  {_reasons(job)}".rstrip())
    table.add_row("messages", f"{job.messages:,}")
    table.add_row("chunks", f"{job.chunks:,}")
    table.add_row("facts", f"{job.facts:,}")
    for stage, seconds in seconds_per_stage(job).items():
        table.add_row(StageName(stage).label, f"{seconds:.1f} s")
    total = _seconds(job.started_at, job.finished_at)
    table.add_row("in all", f"{total:.1f} s")
    table.add_row("JSON read", _speed(job))
    table.add_row("cost", amounts.money(job.spent_microdollars))
    return table


def seconds_per_stage(job: ImportJob) -> dict[str, float]:
    """Add up how long each stage ran, over all attempts."""
    seconds: dict[str, float] = {}
    for line in StageLog.objects.filter(job=job, kind="stage").in_order():
        ran = _seconds(line.started_at, line.ended_at)
        seconds[line.stage] = seconds.get(line.stage, 0.0) + ran
    return seconds


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return (end - start).total_seconds() if start and end else 0.0


def _speed(job: ImportJob) -> str:
    lines = StageLog.objects.filter(job=job, stage=StageName.INGEST, kind="stage")
    megabytes = max((line.items_total for line in lines), default=0) / 1e6
    seconds = seconds_per_stage(job).get(StageName.INGEST)
    return f"{megabytes:,.1f} MB, {megabytes / seconds:.0f} MB/s" if seconds else ""


def _reasons(job: ImportJob) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in job.skipped_reasons.items())
