"""Makes rows with true defaults; a test names only what it is about."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from imports.models import ImportJob, StageName, Status
from imports.models.jobs import ACTIVE

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_job(**fields: Any) -> ImportJob:
    """Make an import job that satisfies the constraints of its status."""
    status = fields.setdefault("status", Status.QUEUED)
    user_id = fields.setdefault("user_id", uuid.uuid4())
    fields.setdefault("storage_path", f"imports/{user_id}/export.zip")
    if status == Status.RUNNING:
        fields.setdefault("lease_expires_at", datetime.now(UTC) + timedelta(seconds=60))
        fields.setdefault("worker", "host:1")
        fields.setdefault("attempt", 1)
    if status not in ACTIVE:
        fields.setdefault("finished_at", NOW)
    if status == Status.COMPLETE:
        fields.setdefault("stage", StageName.MEMORY)
        fields.setdefault("progress_percent", 100)
    job = ImportJob.objects.create(**fields)
    job.reload()
    return job
