"""Plays the parts of person and worker, within one process."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.models.functions import Now

from imports import faults, intake, runner, uploads, wiring
from imports.dispatch import dispatch
from imports.models import ImportJob, Status
from imports.sweep import sweep


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


def after(steps: int) -> Callable[[], bool]:
    """Let a worker begin, and shut down when it has yielded so often."""
    answers = chain([False] * steps, repeat(True))
    return lambda: next(answers)


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


def die_at(fault: str, act: Callable[[], object]) -> bool:
    """Let a fork of this process run into a fault; tell whether it did."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        faults.arm(fault)
        act()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def die_after(
    is_time: Callable[[], bool], act: Callable[[], object], *, with_group: bool
) -> bool:
    """Kill a fork of this process, or its whole group, at a moment; tell whether it still ran."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        act()
        os._exit(0)
    with suppress(PermissionError):  # it did so itself
        os.setpgid(child, child)
    while not is_time() and not _has_ended(child):
        time.sleep(0.005)
    (os.killpg if with_group else os.kill)(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def come_back(job: ImportJob) -> None:
    """Let the lease run out, and sweep and dispatch as a supervisor does."""
    ImportJob.objects.filter(id=job.id, status=Status.RUNNING).update(
        lease_expires_at=Now() - timedelta(seconds=1)
    )
    ImportJob.objects.rung().update(dispatched_at=Now() - timedelta(minutes=1))
    sweep(spool_folder=settings.SPOOL_DIR)
    dispatch()
