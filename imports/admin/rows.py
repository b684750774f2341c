"""The rows of the list of imports: the cells that move, in the page and in its news alike."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone

from imports.admin import wording
from imports.admin.waiting import read_line, why
from imports.models import ImportJob, Status


def tell(jobs: list[ImportJob]) -> list[ImportJob]:
    """Note on each job whether it has stalled and why it waits; two or three queries in all."""
    now = timezone.now()
    line = read_line() if any(job.status == Status.QUEUED for job in jobs) else None
    for job in jobs:
        # Only the templates of the lists read these two: they are no columns.
        expires = job.lease_expires_at
        job.has_stalled = bool(expires and expires < now)  # type: ignore[attr-defined] # no column
        job.why = why(job, line=line, now=now) if line else ""  # type: ignore[attr-defined] # no column
    return jobs


def cell(job: ImportJob, name: str) -> str:
    """Render a cell that the news can find again."""
    return render_to_string(
        "admin/imports/importjob/cell.html",
        {"job": job, "name": name, "body": cell_body(job, name)},
    )


def cell_body(job: ImportJob, name: str) -> str:
    """Render what stands in the cell: its status or its progress."""
    state, word = wording.state_of(job, is_stalled=getattr(job, "has_stalled", False))
    return render_to_string(
        f"admin/imports/importjob/cell_{name}.html",
        {"job": job, "state": state, "word": word, "tone": wording.TONES[state]},
    )
