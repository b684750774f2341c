"""What the page shows of an import: six stages in words, how far, and what can be done."""

from __future__ import annotations

from typing import Any

from imports import amounts
from imports.models import (
    ImportJob,
    ImportStatus,
    Pause,
    Soulprint,
    StageLog,
    StageName,
    Status,
)
from imports.pages.door import Visit
from imports.pages.pace import share_of_time

# What is happening, for a person who does not know our stages.
_DOING = {
    StageName.DOWNLOAD: "Fetching the parts that hold {your} conversations",
    StageName.INGEST: "Reading {your} conversations",
    StageName.QUICK_PASS: "Writing a first soulprint from {your} richest conversations",
    StageName.EMBED: "Making {your} conversations searchable",
    StageName.FACTS: "Looking for facts in what {you} wrote",
    StageName.MEMORY: "Putting it all together",
}
_STAGES = {
    StageName.DOWNLOAD: "Fetch the export",
    StageName.INGEST: "Read every conversation",
    StageName.QUICK_PASS: "Write a first soulprint",
    StageName.EMBED: "Make it searchable",
    StageName.FACTS: "Learn facts, with proof",
    StageName.MEMORY: "Write the memory",
}
_TITLES = {
    ImportStatus.PROCESSING: "Reading {your} history",
    ImportStatus.QUICK_READY: "A first soulprint is ready",
    ImportStatus.COMPLETE: "{Your} soulprint is ready",
    ImportStatus.FAILED: "The import stopped",
    ImportStatus.CANCELLED: "The import was cancelled",
}
# The buttons beside it, and what they take.
_WISHES = {
    "start": "imports.start_importjob",
    "cancel": "imports.cancel_importjob",
    "retry": "imports.retry_importjob",
}
_OWN = {"you": "you", "your": "your", "Your": "Your"}
_ANOTHERS = {"you": "they", "your": "their", "Your": "Their"}
_UNITS = {"chunks": "passages", "calls": "questions"}


def read_state(job: ImportJob | None, visit: Visit) -> dict[str, Any]:
    """Give the state of an import as the page's script draws it."""
    if job is None:
        return {"status": "none", "active": False}
    words = _OWN if visit.is_own else _ANOTHERS
    is_empty = job.status == Status.COMPLETE and not job.conversations_found
    line = job.log.filter(kind=StageLog.Kind.STAGE).order_by("-started_at", "-id").first()
    return {
        "id": str(job.id),
        "status": job.import_status.value,
        "title": "There was nothing to read"
        if is_empty
        else _TITLES[job.import_status].format_map(words),
        "active": job.is_active,
        "percent": job.progress_percent,
        "share": share_of_time(job.progress_percent),
        "words": _words(job, line).format_map(words),
        "stages": [_stage(stage, job) for stage in StageName],
        "file": file_of(job),
        "started_at": (job.started_at or job.created_at).isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "stopping": bool(job.cancel_requested_at and job.is_active),
        "receipt": _receipt(job),
        "empty": is_empty,
        "error": _error(job),
        "soulprint_url": _soulprint_url(job, visit),
        "may": {wish: visit.may(needs) for wish, needs in _WISHES.items()},
    }


def _words(job: ImportJob, line: StageLog | None) -> str:
    if job.cancel_requested_at and job.is_active:
        return "Stopping at the next step"
    if job.status == Status.QUEUED and job.error_code:
        return "Waiting to try again"
    if job.status == Status.QUEUED and _is_held(job):
        return "Held back for the moment. It goes on by itself."
    if job.status == Status.QUEUED:
        return "Waiting for a worker" if not job.started_at else _DOING[_stage_of(job)]
    if job.status == Status.CANCELLED:
        if not job.progress_percent:
            return "Nothing was read yet."
        return "What was read so far is kept. Try again, and it goes on from there."
    if job.status != Status.RUNNING:
        return ""
    doing = _DOING[_stage_of(job)]
    if not line or line.stage != job.stage or not line.items_done:
        return doing
    if job.stage == StageName.INGEST:
        return _conversations(job, line) or doing
    return f"{doing}: {_of(line)}"


def _is_held(job: ImportJob) -> bool:
    return Pause.objects.holding(user_id=job.user_id, stage=job.stage).exists()


def _stage_of(job: ImportJob) -> StageName:
    return StageName(job.stage)


def _conversations(job: ImportJob, line: StageLog) -> str:
    """Say which conversation it is, and of how many: as announced, or guessed from the bytes."""
    found = job.conversations_found
    if not found:
        return ""
    total = job.announced_conversations or 0
    if total < found and line.items_done:
        total = round(found * line.items_total / line.items_done)
    about = f" of about {total:,}" if total > found else ""
    return f"Reading conversation {found:,}{about}"


def _of(line: StageLog) -> str:
    if line.unit == "bytes":
        total = f" of {amounts.size(line.items_total)}" if line.items_total else ""
        return amounts.size(line.items_done) + total
    total = f" of {line.items_total:,}" if line.items_total >= line.items_done else ""
    return f"{line.items_done:,}{total} {_UNITS.get(line.unit, line.unit)}".strip()


def _stage(stage: StageName, job: ImportJob) -> dict[str, str]:
    order = list(StageName)
    if job.status == Status.COMPLETE or order.index(stage) < order.index(_stage_of(job)):
        state = "done"
    elif stage != job.stage:
        state = "ahead"
    else:
        state = "now" if job.is_active else "stopped"
    return {"name": stage.value, "label": _STAGES[stage], "state": state}


def file_of(job: ImportJob) -> str:
    """Give the name as it was uploaded: the store puts twelve characters in front."""
    name = job.storage_path.rsplit("/", 1)[-1]
    return name[13:] if len(name) > 13 and name[12] == "-" else name


def _receipt(job: ImportJob) -> str:
    found = job.conversations_found
    if not found:
        return (
            "No conversations are in this export" if job.status == Status.COMPLETE else ""
        )
    parts = [f"{amounts.counted(found, 'conversations')} found"]
    counts = (
        (job.conversations_stored, "stored"),
        (job.conversations_unchanged, "known already"),
        (job.skipped, "skipped"),
    )
    parts += [f"{count:,} {word}" for count, word in counts if count]
    return ", ".join(parts)


def _error(job: ImportJob) -> dict[str, Any] | None:
    if not job.error_code:
        return None
    says_so = not job.is_active or "tries again" in job.error_detail
    return {
        "title": job.error_title,
        "detail": job.error_detail
        if says_so
        else f"{job.error_detail} It tries again by itself.".strip(),
        "retryable": job.error_is_retryable,
    }


def _soulprint_url(job: ImportJob, visit: Visit) -> str:
    may_read = visit.may("imports.view_soulprint")
    has_one = may_read and Soulprint.objects.of_user(job.user_id).exists()
    return visit.address("soulprint") if has_one else ""
