"""Removes what was only meant to be kept for a while, long after an import has ended.

Each removal looks for what is due and may be repeated, on every host at once. What people came for,
conversations, facts and soulprints, stays until somebody erases it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils import timezone

from imports import enqueue, wiring
from imports.errors import Failure, StorageRejected
from imports.models import (
    IdempotencyKey,
    ImportJob,
    ModelCall,
    ServiceThrottle,
    StageLog,
)
from imports.models.jobs import ACTIVE

logger = logging.getLogger(__name__)

MOST_EXPORTS_AT_ONCE = 200
CALLS_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much of each kind was removed."""

    exports: int
    answers: int
    log_lines: int
    queue_rows: int
    keys: int
    sessions: int


def forget_old() -> Removed:
    """Remove what has been kept for long enough."""
    removed = Removed(
        exports=_for(settings.KEEP_EXPORTS_DAYS, _remove_exports),
        answers=_for(settings.KEEP_ANSWERS_DAYS, _forget_answers),
        log_lines=_for(settings.KEEP_LOGS_DAYS, _remove_log_lines),
        queue_rows=_for(settings.KEEP_QUEUE_DAYS, _remove_queue_rows),
        keys=_remove_keys(),
        sessions=Session.objects.filter(expire_date__lt=Now()).delete()[0],
    )
    logger.info("retention: %s", removed)
    return removed


def _for(days: int, remove: Callable[[timedelta], int]) -> int:
    return remove(timedelta(days=days)) if days else 0


def _ended(age: timedelta) -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(finished_at__lt=Now() - age)


def _remove_exports(age: timedelta) -> int:
    """Remove uploaded files that no import needs any more."""
    needed = ImportJob.objects.filter(storage_path=OuterRef("storage_path"))
    still = needed.filter(status__in=ACTIVE) | needed.filter(finished_at__gte=Now() - age)
    due = _ended(age).filter(~Exists(still), export_removed_at=None)
    removed = 0
    # In any order: files that a store will not remove, however many, are not always the first.
    for job in due.order_by("?")[:MOST_EXPORTS_AT_ONCE]:
        try:
            wiring.ports().objects.delete(job.storage_path)
        except StorageRejected as failure:
            logger.warning("job %s: its export stays: %s", job.id, failure.code)
            continue  # that one only
        except Failure as failure:
            logger.warning("job %s: its export stays: %s", job.id, failure.code)
            break  # the store is away
        ImportJob.objects.filter(storage_path=job.storage_path).update(
            export_removed_at=Now()
        )
        removed += 1
    return removed


def _forget_answers(age: timedelta) -> int:
    """Blank what models answered; what it cost stays on the bill."""
    old = ModelCall.objects.filter(job__in=_ended(age))
    old.write_off()
    return old.exclude(response="").update(
        response="",
        # Whoever asks the same again must not find an empty answer.
        request_hash=Concat(Value("forgotten-"), Cast("id", CharField())),
    )


def _remove_log_lines(age: timedelta) -> int:
    """Remove the lines of stages; who did what stays on record."""
    lines = StageLog.objects.filter(kind=StageLog.Kind.STAGE, job__in=_ended(age))
    return lines.delete()[0]


def _remove_queue_rows(age: timedelta) -> int:
    return enqueue.forget_ended(before=timezone.now() - age)


def _remove_keys() -> int:
    ServiceThrottle.objects.filter(window_start__lt=Now() - CALLS_FOR).delete()
    age = timedelta(hours=settings.KEEP_KEYS_HOURS)
    return IdempotencyKey.objects.filter(created_at__lt=Now() - age).delete()[0]
