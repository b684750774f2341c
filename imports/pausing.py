"""Holds imports back, and lets them go on: all of them, those of one user, or one stage.

What runs goes on to the end of its slice, or to the border of the paused stage; what waits says
who holds it and why.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from imports import audit
from imports.actors import Who, require
from imports.dispatch import dispatch
from imports.models import ImportJob, Pause, StageName

_PERMISSION = "imports.pause_importjob"
_GOING = {"imports": "going on"}
_PAUSED = {"imports": "paused"}


def pause(
    *, user_id: uuid.UUID | None, stage: StageName | None, actor: Who, reason: str
) -> Pause:
    """Hold back what fits; with neither user nor stage, everything. Twice is once.

    :raises NotAllowed: this account may not pause imports
    """
    require(actor, _PERMISSION)
    with transaction.atomic():
        held, is_new = Pause.objects.get_or_create(
            user_id=user_id,
            stage=stage or "",
            defaults={"paused_by": str(actor), "reason": reason},
        )
        if is_new:
            _record(held, "paused", actor, reason, before=_GOING, after=_PAUSED)
    return held


def resume(pause_id: int, *, actor: Who, reason: str) -> bool:
    """Let go on what this pause held back; False if somebody did already.

    :raises NotAllowed: this account may not resume imports
    """
    require(actor, _PERMISSION)
    with transaction.atomic():
        held = Pause.objects.select_for_update().filter(id=pause_id).first()
        if held is None:
            return False
        held.delete()
        _make_due(held)
        _record(held, "resumed", actor, reason, before=_PAUSED, after=_GOING)
        dispatch()
    return True


def _make_due(held: Pause) -> None:
    """Let what was held back wait from now on: until then it has waited for nobody."""
    waiting = ImportJob.objects.waiting()
    if held.user_id:
        waiting = waiting.of_user(held.user_id)
    elif held.stage:
        waiting = waiting.filter(stage=held.stage)
    waiting.update(next_attempt_at=Now())


def _record(
    held: Pause,
    action: str,
    actor: Who,
    reason: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    audit.record(
        actor,
        action,
        target=_named(held),
        user_id=held.user_id,
        reason=reason,
        before=before,
        after=after,
    )


def _named(held: Pause) -> str:
    if held.user_id:
        return f"user {held.user_id}"
    return f"stage {held.stage}" if held.stage else "everything"
