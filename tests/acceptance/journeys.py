"""Plays the parts of person and worker, within one process."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from imports import intake, runner, uploads, wiring
from imports.models import ImportJob


def bring(content: bytes, *, user_id: uuid.UUID, filename: str = "export.zip") -> ImportJob:
    """Upload a file and ask for its import."""
    path = uploads.store(user_id=user_id, filename=filename, blocks=[content])
    return intake.start(user_id=user_id, storage_path=path, requested_by="test")


def work(job: ImportJob, *, is_draining: Callable[[], bool] = lambda: False) -> ImportJob:
    """Answer one ring, as a worker does."""
    job.reload()
    runner.run(
        job.id, dispatch_seq=job.dispatch_seq, ports=wiring.ports(), is_draining=is_draining
    )
    job.reload()
    return job


def work_to_the_end(job: ImportJob) -> ImportJob:
    """Answer rings until the job has ended or waits for a later try."""
    for _ in range(200):
        job.reload()
        if not job.is_active or job.next_attempt_at:
            return job
        work(job)
    raise AssertionError(f"{job} does not end")


def whole_import(path: Path, *, user_id: uuid.UUID) -> ImportJob:
    """Upload and import a file."""
    return work_to_the_end(bring(path.read_bytes(), user_id=user_id, filename=path.name))
