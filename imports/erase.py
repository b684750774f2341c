"""Removes everything of a user: objects, what is shown of them, rows, the right to a spool.

A wish is a row, so it outlives whoever was asked. It is carried out by the supervisor as soon as no
import of the user runs any more; each step may be repeated, and the wish itself goes last.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Now

from imports import audit, enqueue, lifecycle, mirror, uploads, wiring
from imports.actors import Who, require
from imports.errors import Failure
from imports.lifecycle import InvalidTransition
from imports.models import (
    Chunk,
    Conversation,
    Erasure,
    Fact,
    IdempotencyKey,
    ImportJob,
    Lesson,
    MirrorState,
    ModelCall,
    Pause,
    ServiceThrottle,
    Soulprint,
    StaffAction,
    StageLog,
    WordBlock,
)

logger = logging.getLogger(__name__)

SOON_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 300.0


def request(user_id: uuid.UUID, *, requested_by: Who, reason: str = "") -> None:
    """Ask for everything of a user to be erased; a running import is cancelled first.

    :raises NotAllowed: this account may not erase users
    """
    require(requested_by, "imports.add_erasure")
    with transaction.atomic():
        _, is_new = Erasure.objects.get_or_create(
            user_id=user_id, defaults={"requested_by": str(requested_by)}
        )
        _stop_imports(user_id, by=str(requested_by))
        if is_new:
            audit.record(
                requested_by,
                "asked to erase",
                target=f"user {user_id}",
                user_id=user_id,
                reason=reason,
            )
    logger.info("user %s: erasure requested by %s", user_id, requested_by)


def erase_due() -> int:
    """Carry out every wish whose user has no import running; give how many that were."""
    return sum(_erase(wish) for wish in Erasure.objects.due())


def _erase(wish: Erasure) -> bool:
    _stop_imports(wish.user_id, by=wish.requested_by)
    if ImportJob.objects.of_user(wish.user_id).active().exists():
        return False
    # First of all: whatever goes wrong with this one, the next look begins with the others.
    _postpone(wish, seconds=SOON_SECONDS)
    try:
        _remove_objects(wish.user_id)
        mirror.clear(wish.user_id)
    except Failure as failure:
        # The wish stays, and with it the rows that know where the objects lie.
        _try_later(wish, failure)
        return False
    _remove_rows(wish.user_id)
    _postpone(wish, seconds=0)  # there is none left, unless an import has begun meanwhile
    logger.info("user %s: everything is erased", wish.user_id)
    return True


def _try_later(wish: Erasure, failure: Failure) -> None:
    _postpone(
        wish,
        seconds=min(LONGEST_WAIT_SECONDS, 2.0 ** min(wish.failures, 20)),
        problem=failure.code,
        failures=models.F("failures") + 1,
    )
    if wish.problem != failure.code:
        logger.warning("user %s: cannot be erased yet: %s", wish.user_id, failure.code)


def _postpone(wish: Erasure, *, seconds: float, **changes: Any) -> None:
    Erasure.objects.filter(user_id=wish.user_id).update(
        due_at=Now() + timedelta(seconds=seconds), **changes
    )


def _stop_imports(user_id: uuid.UUID, *, by: str) -> None:
    for job in ImportJob.objects.of_user(user_id).active():
        try:
            lifecycle.request_cancel(job.id, by=by)
        except InvalidTransition:
            continue  # it has just ended by itself


def _remove_objects(user_id: uuid.UUID) -> None:
    paths = ImportJob.objects.of_user(user_id).values_list("storage_path", flat=True)
    for path in set(paths):
        wiring.ports().objects.delete(path)
    # What was uploaded and never imported lies in the same folder.
    wiring.ports().objects.forget(user_id)
    uploads.forget(user_id)


def _remove_rows(user_id: uuid.UUID) -> None:
    """Remove all rows of a user at once, one statement a table, what points before what it points to.

    An import that begins meanwhile keeps its job, and is stopped and erased at the next look.
    """
    ended = ImportJob.objects.of_user(user_id).filter(finished_at__isnull=False)
    rows: tuple[models.QuerySet[Any], ...] = (
        WordBlock.objects.filter(user_id=user_id),
        Lesson.objects.filter(user_id=user_id),
        Chunk.objects.filter(user_id=user_id),
        Fact.objects.filter(user_id=user_id),
        Soulprint.objects.filter(user_id=user_id),
        ModelCall.objects.filter(user_id=user_id),
        Conversation.objects.filter(user_id=user_id),
        StageLog.objects.filter(job__in=ended),
        IdempotencyKey.objects.filter(job__in=ended),
        Pause.objects.filter(user_id=user_id),
        MirrorState.objects.filter(user_id=user_id),
        ServiceThrottle.objects.filter(principal__endswith=str(user_id)),
        ended,
    )
    with transaction.atomic():
        enqueue.forget(ended.values_list("id", flat=True))
        for table in rows:
            table._raw_delete(table.db)
        # Who did something stays on record; to whom does not.
        StaffAction.objects.forget(user_id)
        if not ImportJob.objects.of_user(user_id).exists():
            Erasure.objects.filter(user_id=user_id).delete()
