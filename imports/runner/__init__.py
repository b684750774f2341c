"""Claims a job, runs its stages for a slice of time and settles how that ended.

Everything that all stages have in common is written here, once: lease, progress, cancel, shutdown,
time slices, and what becomes of each kind of failure.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from imports import faults, lifecycle, logbook, worker_names
from imports.dispatch import dispatch
from imports.errors import (
    CancelRequested,
    LostLease,
    PermanentFailure,
    StageMissing,
    TransientFailure,
)
from imports.models import ImportJob, Pause, StageLog, StageName
from imports.pipeline import Stage, stages_from
from imports.ports import Ports
from imports.runner import backoff, memory
from imports.runner.endings import DatabaseAway, Draining, HeldBack, SliceOver, Spent
from imports.runner.heartbeat import Heartbeat
from imports.runner.watch import Watch
from imports.tracebacks import frames

logger = logging.getLogger(__name__)

Outcome = StageLog.Outcome


def run(
    job_id: uuid.UUID, *, dispatch_seq: int, ports: Ports, is_draining: Callable[[], bool]
) -> None:
    """Run a rung job for one slice; a stale or doubled ring does nothing."""
    if is_draining():
        return  # it stays rung; the sweep rings again elsewhere
    job = lifecycle.claim(job_id, dispatch_seq=dispatch_seq, worker=worker_names.own())
    if job is None:
        logger.info("job %s: ring %s is stale", job_id, dispatch_seq)
        return
    logger.info("job %s: attempt %s begins at %s", job.id, job.attempt, job.stage)
    with Heartbeat(job, is_draining=is_draining) as heartbeat:
        watch = Watch(
            job,
            heartbeat=heartbeat,
            is_draining=is_draining,
            slice_seconds=settings.SLICE_SECONDS,
        )
        try:
            _settle(job, ports, watch, heartbeat)
        except LostLease:
            logger.warning("job %s: attempt %s came too late to end", job.id, job.attempt)
    dispatch()


def _settle(job: ImportJob, ports: Ports, watch: Watch, heartbeat: Heartbeat) -> None:
    """Run the stages, and turn whatever ended them into one move and one line of the log."""
    try:
        _work(job, ports, watch, heartbeat)
    except SliceOver:
        lifecycle.put_back(job, delay=timedelta(0), problem=None)
        logbook.close(job, Outcome.SLICE)
    except (HeldBack, Spent):
        lifecycle.put_back(job, delay=timedelta(0), problem=None)
    except Draining:
        lifecycle.put_back(job, delay=timedelta(0), problem=None)
        logbook.close(job, Outcome.DRAINED)
    except CancelRequested:
        lifecycle.cancel(job)
        logbook.close(job, Outcome.CANCELLED)
    except LostLease:
        logger.warning("job %s: attempt %s lost its lease", job.id, job.attempt)
        logbook.close(job, Outcome.LOST_LEASE)
    except PermanentFailure as failure:
        _fail(job, failure)
    except Exception as failure:  # noqa: BLE001 - the one place where anything may arrive
        _try_again(job, failure)


def _work(job: ImportJob, ports: Ports, watch: Watch, heartbeat: Heartbeat) -> None:
    try:
        with heartbeat.interrupting():
            _run_stages(job, ports, watch)
    finally:
        if heartbeat.has_interrupted:
            connection.close()  # a query may have been cut off in the middle


def _run_stages(job: ImportJob, ports: Ports, watch: Watch) -> None:
    """Run from the job's stage to the last one, then complete the job."""
    pending = list(stages_from(StageName(job.stage)))
    has_worked = False
    while pending:
        stage = pending.pop(0)
        lifecycle.enter(job, stage=stage.name, progress_percent=stage.starts_at)
        # Dispatch rings nobody who is held back; this is for whoever comes to a paused stage.
        if Pause.objects.holding(user_id=job.user_id, stage=stage.name).exists():
            raise HeldBack
        if has_worked and memory.is_spent():
            raise Spent
        logbook.open(job)
        faults.hit("stage.opened")
        try:
            _run_stage(stage, job, ports, watch)
        except StageMissing as missing:
            logbook.close(job, Outcome.WAITING, note=f"{missing.stage} is done again here")
            pending = list(stages_from(StageName(missing.stage)))
            continue
        faults.hit("stage.finished")
        if not pending:
            lifecycle.complete(job)
        logbook.close(job, Outcome.DONE)
        logger.info("job %s: %s is done", job.id, stage.name)
        has_worked = True


def _run_stage(stage: Stage, job: ImportJob, ports: Ports, watch: Watch) -> None:
    watch.begin(stage)
    # Closing the generator runs its clean-up now, whatever ends the loop.
    with closing(stage.run(job, ports)) as progress:  # type: ignore[type-var]
        for done in progress:
            watch.look(done)
    watch.finish()
    memory.give_back()


def _fail(job: ImportJob, failure: Exception) -> None:
    problem = lifecycle.problem_of(failure)
    logger.warning("job %s: failed in %s: %s", job.id, job.stage, problem.code)
    lifecycle.fail(job, problem=problem)
    logbook.close(job, Outcome.FAILED, problem=problem, failure=failure)


def _try_again(job: ImportJob, failure: Exception) -> None:
    """Put the job back with a delay, or fail it when it failed too often in a row."""
    if isinstance(failure, DatabaseError):
        connection.close()  # it may be broken; the next query opens another
    if isinstance(failure, OperationalError | InterfaceError):
        away = DatabaseAway()
        away.__cause__ = failure
        failure = away
    problem = lifecycle.problem_of(failure)
    if not isinstance(failure, TransientFailure):
        logger.error(
            "job %s: %s in %s\n%s",
            job.id,
            type(failure).__name__,
            job.stage,
            frames(failure),
        )
    if job.failures + 1 >= backoff.most_failures(failure):
        _fail(job, failure)
        return
    delay = backoff.delay(job.failures, failure)
    lifecycle.put_back(job, delay=delay, problem=problem)
    logbook.close(job, Outcome.WAITING, problem=problem, failure=failure)
    logger.info("job %s: %s, again in %.0f s", job.id, problem.code, delay.total_seconds())
