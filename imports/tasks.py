"""What the queue calls by name: an id comes in, one call goes out."""

from __future__ import annotations

import uuid
from typing import Any

from imports import logs, runner, shutdown, wiring


def run_import(job_id: str, dispatch_seq: int, **_: Any) -> None:
    """Run one slice of an import."""
    with logs.about(job_id=job_id):
        runner.run(
            uuid.UUID(job_id),
            dispatch_seq=dispatch_seq,
            ports=wiring.ports(),
            is_draining=shutdown.is_requested,
        )
