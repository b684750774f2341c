"""Why an import waits, in a sentence: what nobody's console says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from imports import dispatch
from imports.models import ImportJob, Pause, Status, Worker

_RING_IS_LATE = timedelta(seconds=20)
_LINE_SHOWN = 2000  # a longer line is not counted to its end for every page


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The line in front of the workers, at one moment."""

    slots: int
    busy: int
    workers: int
    order: dict[uuid.UUID, int]
    pauses: list[Pause]


def read_line() -> Line:
    """Look at the slots and at who stands in line for them."""
    waiting = ImportJob.objects.waiting().order_by("-priority", "queued_at", "id")
    ids = waiting.values_list("id", flat=True)[:_LINE_SHOWN]
    return Line(
        slots=dispatch.slots(),
        busy=ImportJob.objects.filter(status=Status.RUNNING).count(),
        workers=Worker.objects.alive().count(),
        order={job_id: place for place, job_id in enumerate(ids)},
        pauses=list(Pause.objects.order_by("paused_at")),
    )


def why(job: ImportJob, *, line: Line, now: datetime) -> str:
    """Say why a queued import does not run yet; empty for any other."""
    if job.status != Status.QUEUED:
        return ""
    if job.next_attempt_at and job.next_attempt_at > now:
        return f"{_cause(job)} It tries again {_in(job.next_attempt_at - now)}."
    held = _held(job, line)
    if held:
        return held
    if not line.workers:
        return "No worker is running."
    if job.dispatched_at:
        since = now - job.dispatched_at
        if since > _RING_IS_LATE:
            return (
                f"Called up {since.total_seconds():.0f} s ago, no worker has answered yet."
            )
        return "Called up; a worker takes it in a moment."
    ahead = line.order.get(job.id, 0)
    if line.busy >= line.slots:
        return f"{line.busy} of {line.slots} slots are busy{_ahead(ahead)}."
    return f"Next in line{_ahead(ahead)}."


def _held(job: ImportJob, line: Line) -> str:
    for pause in line.pauses:
        if pause.holds(user_id=job.user_id, stage=job.stage):
            what = (
                "This user is"
                if pause.user_id
                else "This stage is"
                if pause.stage
                else "All is"
            )
            return f"{what} paused by {pause.paused_by}: {pause.reason}"
    return ""


def _cause(job: ImportJob) -> str:
    return f"{job.error_title.rstrip('.')}." if job.error_title else "It was put back."


def _in(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    return f"in {seconds} s" if seconds < 90 else f"in {round(seconds / 60)} min"


def _ahead(count: int) -> str:
    if not count:
        return ""
    return (
        ", 1 import is ahead of it"
        if count == 1
        else f", {count:,} imports are ahead of it"
    )
