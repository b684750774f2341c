"""How rows look from outside: plain dictionaries, made by hand because polls are frequent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from imports.api.answers import iso, poll_seconds
from imports.models import (
    Fact,
    ImportJob,
    ImportStatus,
    Soulprint,
    StageLog,
    StageName,
    Status,
)
from imports.search import Exchange, Hit, Mark

_LABELS = dict(StageName.choices)


def job(row: ImportJob, *, root: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "user_id": str(row.user_id),
        "storage_path": row.storage_path,
        "status": row.status,
        "import_status": row.import_status.value,
        "stage": row.stage,
        "stage_label": _LABELS[row.stage],
        "progress_percent": row.progress_percent,
        "attempt": row.attempt,
        "counts": row.counts(),
        "cost_usd": row.spent_microdollars / 1_000_000,
        "skipped_reasons": row.skipped_reasons,
        "error": _error(row),
        "created_at": iso(row.created_at),
        "started_at": iso(row.started_at),
        "quick_ready_at": iso(row.quick_ready_at),
        "finished_at": iso(row.finished_at),
        "links": _links(row, root=root),
    }


def address(row: ImportJob, *, root: str) -> str:
    """Give where this job can be looked at."""
    # Written out: reversing five addresses costs more than the query that found the row.
    return f"{root}/api/imports/{row.id}/"


def retry_after(row: ImportJob, *, now: datetime) -> int | None:
    """Give when to ask for this job again; None when it has ended."""
    return poll_seconds(row.created_at, now=now) if row.is_active else None


def site_status(row: ImportJob | None) -> dict[str, Any]:
    """The state of a user as the site's frontend reads it."""
    if row is None:
        status: dict[str, Any] = {"status": ImportStatus.NONE.value, "progress": 0}
        return {**status, "stage": None, "error": None, "job_id": None}
    error = f"{row.error_title} {row.error_detail}".strip()
    return {
        "status": row.import_status.value,
        "progress": row.progress_percent,
        "stage": _LABELS[row.stage],
        "error": error if row.status == Status.FAILED else None,
        "job_id": str(row.id),
    }


def log_line(line: StageLog, *, for_staff: bool) -> dict[str, Any]:
    """One line of a job's log; who did it, where and why is for staff and services only."""
    shown = {
        "kind": line.kind,
        "attempt": line.attempt,
        "stage": line.stage or None,
        "action": line.action or None,
        "started_at": iso(line.started_at),
        "ended_at": iso(line.ended_at),
        "outcome": line.outcome or None,
        "items_done": line.items_done,
        "items_total": line.items_total,
        "unit": line.unit or None,
        "tokens": line.tokens,
        "cost_usd": line.spent_microdollars / 1_000_000,
        "error_code": line.error_code or None,
        "message": line.message,
        "actor": (line.actor if for_staff else line.actor.split(" ", 1)[0]) or None,
    }
    if for_staff:
        shown |= {"note": line.note, "reason": line.reason, "worker": line.worker}
    return shown


def soulprint(row: Soulprint) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "user_id": str(row.user_id),
        "job_id": str(row.job_id),
        "pass": row.pass_name,
        "ai_name": row.ai_name,
        "archetype": row.archetype,
        "sections": {name: getattr(row, name) for name in Soulprint.SECTIONS},
        "engine": row.engine,
        "model": row.model,
        "prompt_version": row.prompt_version,
        "note": row.note,
        "created_at": iso(row.created_at),
    }


def fact(row: Fact) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "category": row.category,
        "slot": row.slot or None,
        "statement": row.statement,
        "value": row.value or None,
        "kind": row.kind,
        "basis": row.basis,
        "engine": row.engine,
        "confidence": row.confidence,
        "first_seen_at": iso(row.first_seen_at),
        "last_seen_at": iso(row.last_seen_at),
        "valid_from": iso(row.valid_from),
        "valid_to": iso(row.valid_to),
        "evidence": [_proof(each) for each in row.evidence],
    }


def hit(found: Hit) -> dict[str, Any]:
    return {
        "text": found.text,
        "score": round(found.score, 4),
        "conversation_id": str(found.conversation_id),
        "source_id": found.source_id,
        "provider": found.provider,
        "title": found.title,
        "at": iso(found.at),
        "role": found.role or None,
        "message_ids": list(found.message_ids),
        "span": {"start": found.start, "end": found.end},
        "marks": [_mark(mark) for mark in found.marks],
        "excerpt": {
            "text": found.excerpt.text,
            "marks": [_mark(mark) for mark in found.excerpt.marks],
        },
        "facts": list(found.facts),
        "exchange": [_turn(turn) for turn in found.exchange],
    }


def _proof(stored: dict[str, Any]) -> dict[str, Any]:
    at = stored["at"]
    return {**stored, "at": iso(datetime.fromisoformat(at)) if at else None}


def _mark(mark: Mark) -> dict[str, int]:
    return {"start": mark.start, "end": mark.end}


def _turn(turn: Exchange) -> dict[str, Any]:
    return {"role": turn.role, "at": iso(turn.at), "text": turn.text}


def _error(row: ImportJob) -> dict[str, Any] | None:
    if not row.error_code:
        return None
    return {
        "code": row.error_code,
        "title": row.error_title,
        "detail": row.error_detail,
        "retryable": row.error_is_retryable,
    }


def _links(row: ImportJob, *, root: str) -> dict[str, str]:
    itself = address(row, root=root)
    return {
        "self": itself,
        "log": f"{itself}log/",
        "cancel": f"{itself}cancel/",
        "retry": f"{itself}retry/",
        "soulprint": f"{root}/api/soulprints/{row.user_id}/",
    }
