"""Reads a job for a poll: one statement, written once.

Polls are nearly all of the traffic, and composing the same query of forty columns anew would
take longer than everything else that a poll needs.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

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
# As text, because Django's own reading of a time takes longer than anything else of the row.
_TIMES = tuple(name for name in _SHOWN if name.endswith("_at"))
_COLUMNS = ", ".join(f"{name}::text" if name in _TIMES else name for name in _SHOWN)
# The names of our own table and columns; values are always parameters.
_SELECT = f"SELECT {_COLUMNS} FROM {ImportJob._meta.db_table}"  # noqa: S608


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
    row = _row(statement, values)
    if row is None:
        return None
    # Made as unpickling makes it: the constructor would walk over every column that is not here.
    job = ImportJob.__new__(ImportJob)
    job._state = ModelState()
    job._state.adding, job._state.db = False, DEFAULT_DB_ALIAS
    columns = vars(job)
    columns.update(zip(_SHOWN, row, strict=True))
    for name in _TIMES:
        columns[name] = columns[name] and datetime.fromisoformat(columns[name])
    job.skipped_reasons = json.loads(job.skipped_reasons)
    return job


def _row(statement: str, values: list[Any]) -> Any:
    """Read one row, on a new connection if the old one has died."""
    connection = connections[DEFAULT_DB_ALIAS]
    # Django would first ask whether the connection lives; the statement itself tells.
    connection.health_check_done = True  # type: ignore[attr-defined] # unknown to the stubs
    try:
        return _ask(connection, statement, values)
    except (OperationalError, InterfaceError):
        if connection.connection is None or connection.in_atomic_block:
            raise
        if connection.is_usable():
            raise
        connection.close()
    return _ask(connection, statement, values)


def _ask(connection: BaseDatabaseWrapper, statement: str, values: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()
