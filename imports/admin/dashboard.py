"""Is the house well? What the first page of the console shows, in a handful of queries."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Now, TruncDay
from django.http import HttpRequest
from django.utils import timezone

from imports import amounts, dispatch
from imports.admin import attention, groups, wording
from imports.models import ImportJob, Pause, StageLog, StageName, Status, Worker
from imports.models.jobs import ACTIVE

_DAYS_SHOWN = 14
_IMPORTS_MEASURED = 200
_ATTENTION_SHOWN = 8
_RUNNING_LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    waiting: int
    running: int
    stalled: int
    failed_today: int
    complete_today: int
    oldest_wait: str
    slots: int
    spent_today: str
    spent_month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    name: str
    slots: int
    beat_at: datetime
    is_alive: bool
    is_draining: bool
    restarts: int
    running: int  # on its host
    progressed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    label: str
    median: str
    p95: str
    imports: int
    share: int  # percent of the slowest stage's median, for the bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    day: date
    complete: int
    failed: int
    x: int
    complete_height: float
    failed_height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    numbers: Numbers
    verdict: str
    tone: str
    attention: list[tuple[ImportJob, str, str, str]]
    attention_count: int
    workers: list[WorkerRow]
    stages: list[StageTime]
    errors: list[groups.ErrorGroup]
    days: list[Day]
    most_a_day: int
    pauses: list[tuple[str, Pause]]  # with what each holds back


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the state of the house to the first page, for those who may see imports."""
    context["title"] = "First page"
    if request.user.has_perm("imports.view_importjob"):
        house = read_house()
        attention.note(request, house.attention_count)
        context["house"] = house
    return context


def read_house() -> House:
    """Look at everything once."""
    numbers, workers = _numbers(), _workers()
    worst, needing = attention.ranked(limit=_ATTENTION_SHOWN)
    verdict, tone = _verdict(numbers, workers, needing)
    days = _days()
    return House(
        numbers=numbers,
        verdict=verdict,
        tone=tone,
        attention=[_told(job, reason) for job, reason in worst],
        attention_count=needing,
        workers=workers,
        stages=_stage_times(),
        errors=groups.this_week(),
        days=days,
        most_a_day=max(day.complete + day.failed for day in days),
        pauses=[
            (wording.scope_of(held), held)
            for held in Pause.objects.order_by("paused_at")[:20]
        ],
    )


def _numbers() -> Numbers:
    now = timezone.now()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    of_now = Q(status__in=ACTIVE) | Q(finished_at__gte=today)
    row = ImportJob.objects.filter(of_now).aggregate(
        waiting=Count("id", filter=Q(status=Status.QUEUED)),
        running=Count("id", filter=Q(status=Status.RUNNING)),
        stalled=Count("id", filter=Q(status=Status.RUNNING, lease_expires_at__lt=Now())),
        failed=Count("id", filter=Q(status=Status.FAILED, finished_at__gte=today)),
        complete=Count("id", filter=Q(status=Status.COMPLETE, finished_at__gte=today)),
        oldest=Min("queued_at", filter=Q(status=Status.QUEUED)),
    )
    spent = StageLog.objects.filter(started_at__gte=month).aggregate(
        month=Sum("spent_microdollars"),
        today=Sum("spent_microdollars", filter=Q(started_at__gte=today)),
    )
    return Numbers(
        waiting=row["waiting"],
        running=row["running"],
        stalled=row["stalled"],
        failed_today=row["failed"],
        complete_today=row["complete"],
        oldest_wait=amounts.duration(now - row["oldest"])
        if row["oldest"]
        else amounts.NOTHING,
        slots=dispatch.slots(),
        spent_today=amounts.money(spent["today"] or 0),
        spent_month=amounts.money(spent["month"] or 0),
    )


def _workers() -> list[WorkerRow]:
    """Tell apart who beats and who gets on: a worker may do the one without the other."""
    alive = set(Worker.objects.alive().values_list("name", flat=True))
    progress: dict[str, list[datetime | None]] = defaultdict(list)
    running = ImportJob.objects.filter(status=Status.RUNNING)
    for name, at in running.values_list("worker", "progressed_at")[:_RUNNING_LOOKED_AT]:
        progress[_host(name)].append(at)
    return [
        WorkerRow(
            name=worker.name,
            slots=worker.slots,
            beat_at=worker.beat_at,
            is_alive=worker.name in alive,
            is_draining=worker.draining_at is not None,
            restarts=worker.restarts,
            running=len(progress[_host(worker.name)]),
            progressed_at=max(filter(None, progress[_host(worker.name)]), default=None),
        )
        for worker in Worker.objects.order_by("-beat_at")[:20]
    ]


def _host(name: str) -> str:
    return name.rpartition(":")[0]


def _verdict(numbers: Numbers, workers: list[WorkerRow], needing: int) -> tuple[str, str]:
    if not any(worker.is_alive for worker in workers):
        return "No worker is running. Nothing moves until one is started.", "danger"
    if numbers.stalled:
        return "Imports have stalled; the sweep puts them back within a minute.", "danger"
    if needing:
        some = "One import needs" if needing == 1 else f"{needing:,} imports need"
        return f"{some} you.", "warning"
    return "All is well.", "success"


def _told(job: ImportJob, reason: str) -> tuple[ImportJob, str, str, str]:
    stalled = bool(getattr(job, "has_stalled", False))
    state, word = wording.state_of(job, is_stalled=stalled)
    return job, reason, word, wording.TONES[state]


def _stage_times() -> list[StageTime]:
    """Median and 95th percentile per stage, over the newest complete imports."""
    newest = ImportJob.objects.filter(status=Status.COMPLETE).newest_first()
    sums = (
        StageLog.objects.filter(
            job__in=newest.values("id")[:_IMPORTS_MEASURED],
            kind=StageLog.Kind.STAGE,
            ended_at__isnull=False,
        )
        .order_by()
        .values("job_id", "stage")
        .annotate(took=Sum(F("ended_at") - F("started_at")))
    )
    seconds: dict[str, list[float]] = {}
    for row in sums:
        seconds.setdefault(row["stage"], []).append(row["took"].total_seconds())
    medians = {stage: statistics.median(values) for stage, values in seconds.items()}
    slowest = max(medians.values(), default=0) or 1
    return [
        StageTime(
            label=stage.label,
            median=amounts.duration(medians.get(stage)),
            p95=amounts.duration(_percentile_95(seconds.get(stage, []))),
            imports=len(seconds.get(stage, [])),
            share=round(100 * medians.get(stage, 0) / slowest),
        )
        for stage in StageName
    ]


def _percentile_95(values: list[float]) -> float | None:
    if not values:
        return None
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _days() -> list[Day]:
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=_DAYS_SHOWN - 1)
    rows = (
        ImportJob.objects.filter(finished_at__gte=since)
        .order_by()
        .values(day=TruncDay("finished_at"))
        .annotate(
            complete=Count("id", filter=Q(status=Status.COMPLETE)),
            failed=Count("id", filter=Q(status=Status.FAILED)),
        )
    )
    found = {row["day"].date(): (row["complete"], row["failed"]) for row in rows}
    tallest = max((sum(pair) for pair in found.values()), default=0) or 1
    days = []
    for place in range(_DAYS_SHOWN):
        day = since.date() + timedelta(days=place)
        complete, failed = found.get(day, (0, 0))
        days.append(
            Day(
                day=day,
                complete=complete,
                failed=failed,
                x=place,
                complete_height=round(100 * complete / tallest, 1),
                failed_height=round(100 * failed / tallest, 1),
            )
        )
    return days
