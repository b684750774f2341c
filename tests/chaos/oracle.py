"""Decides whether a schedule of faults left a trace."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from imports.models import ImportJob, ModelCall, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import bring, whole_import
from tests.canonical import dump
from tests.hosts import Host


class Undisturbed:
    """An export, and what a quiet import of it stores."""

    def __init__(self, path: Path, *, seed: int, conversations: int) -> None:
        write_export(path, seed=seed, conversations=conversations, zipped=True)
        self.content = path.read_bytes()
        job = whole_import(path, user_id=uuid.uuid4())
        assert job.status == Status.COMPLETE
        self._created_at = job.created_at
        self._stored = dump(job.user_id)
        self._answers = answers(job.user_id)

    def bring(self) -> ImportJob:
        """Ask for an import of the same export by somebody else."""
        return self.as_if_asked_then(bring(self.content, user_id=uuid.uuid4()))

    def as_if_asked_then(self, job: ImportJob) -> ImportJob:
        """Let richness, which looks at the age of a conversation, see the same ages."""
        ImportJob.objects.filter(id=job.id).update(created_at=self._created_at)
        return job

    def confirm(self, job: ImportJob) -> None:
        """Hold the rows of an import against the quiet ones."""
        job.reload()
        assert (job.status, job.error_code) == (Status.COMPLETE, "")
        stored: dict[str, Any] = dump(job.user_id)
        for kind, rows in self._stored.items():
            assert stored[kind] == rows, kind
        assert answers(job.user_id) == self._answers


def answers(user_id: uuid.UUID) -> int:
    """Count the answers that a person's imports have paid for."""
    return ModelCall.objects.filter(user_id=user_id, outcome=ModelCall.Outcome.DONE).count()


def is_spool_empty(host: Host) -> bool:
    """Tell whether a host keeps nothing of any export."""
    return not host.spool.exists() or not list(host.spool.iterdir())
