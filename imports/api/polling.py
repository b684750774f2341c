"""Reads a job for a poll: one statement, written once.

Polls are nearly all of the traffic, and composing the same query of forty columns anew would
take longer than everything else that a poll needs.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection

from imports.models import ImportJob

_SHOWN = (
    "id",
    "user_id",
    "storage_path",
    "status",
    "stage",
    "progress_percent",
    "attempt",
    "conversations_stored",
    "conversations_unchanged",
    "skipped",
    "skipped_reasons",
    "messages",
    "chunks",
    "facts",
    "bytes_total",
    "bytes_done",
    "spent_microdollars",
    "error_code",
    "error_title",
    "error_detail",
    "error_is_retryable",
    "created_at",
    "started_at",
    "quick_ready_at",
    "finished_at",
)
# The names of our own table and columns; values are always parameters.
_SELECT = f"SELECT {', '.join(_SHOWN)} FROM {ImportJob._meta.db_table}"  # noqa: S608


def by_id(job_id: uuid.UUID, *, user_id: uuid.UUID | None) -> ImportJob | None:
    """Give this job; if a user is named, only when it is theirs."""
    if user_id is None:
        return _one(f"{_SELECT} WHERE id = %s", [job_id])
    return _one(f"{_SELECT} WHERE id = %s AND user_id = %s", [job_id, user_id])


def newest_of(user_id: uuid.UUID) -> ImportJob | None:
    """Give the newest job of a user."""
    return _one(
        f"{_SELECT} WHERE user_id = %s ORDER BY created_at DESC, id DESC LIMIT 1", [user_id]
    )


def _one(statement: str, values: list[Any]) -> ImportJob | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    job = ImportJob.from_db(connection.alias, _SHOWN, row)
    job.skipped_reasons = json.loads(job.skipped_reasons)
    return job
