"""Writes the stage log: one line per stage and attempt, closed exactly once."""

from __future__ import annotations

from django.db.models import Sum
from django.db.models.functions import Now

from imports.lifecycle import Problem
from imports.models import ImportJob, ModelCall, StageLog
from imports.models.logs import StageLogQuerySet
from imports.ports import Progress
from imports.tracebacks import frames


def open(job: ImportJob) -> None:
    """Begin the line of the job's present stage in this attempt."""
    StageLog.objects.create(
        job=job, attempt=job.attempt, stage=job.stage, worker=job.worker
    )


def note_progress(job: ImportJob, progress: Progress) -> None:
    """Bring the open line up to date."""
    _open_line(job).update(
        items_done=progress.done,
        items_total=progress.total,
        unit=progress.unit,
        note=progress.note,
    )


def close(
    job: ImportJob,
    outcome: StageLog.Outcome,
    *,
    problem: Problem | None = None,
    failure: Exception | None = None,
    note: str = "",
) -> None:
    """End the open line of this attempt; a line that the sweep has closed stays as it is."""
    line = _open_line(job).first()
    if line is None:
        return
    calls = ModelCall.objects.filter(
        job=job, stage=job.stage, finished_at__gte=line.started_at
    ).aggregate(
        tokens=Sum("input_tokens") + Sum("output_tokens"), spent=Sum("microdollars")
    )
    _open_line(job).update(
        ended_at=Now(),
        outcome=outcome,
        note=note or line.note,
        tokens=calls["tokens"] or 0,
        spent_microdollars=calls["spent"] or 0,
        error_code=problem.code if problem else "",
        message=problem.detail if problem else "",
        traceback=frames(failure) if failure else "",
    )


def close_crashed(job: ImportJob) -> None:
    """End the line of a worker that died."""
    _open_line(job).update(ended_at=Now(), outcome=StageLog.Outcome.CRASHED)


def _open_line(job: ImportJob) -> StageLogQuerySet:
    return StageLog.objects.open().filter(job=job, attempt=job.attempt, stage=job.stage)
