"""Writes down what staff did: to whom or what, why, and what it was before and after."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from imports.actors import Staff, Who
from imports.models import ImportJob, StaffAction

# What an action can change about an import; small, and without a word of anybody's.
_TOLD = ("status", "stage", "attempt", "budget_microdollars")


def record(
    who: Who,
    action: str,
    *,
    target: str,
    reason: str = "",
    user_id: uuid.UUID | None = None,
    job_id: uuid.UUID | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note an action in the transaction that does it; only what staff do is noted."""
    if not isinstance(who, Staff):
        return
    StaffAction.objects.create(
        actor=who.name,
        action=action,
        target=target,
        reason=reason,
        user_id=user_id,
        job_id=job_id,
        before=dict(before or {}),
        after=dict(after or {}),
    )


def state_of(job_id: uuid.UUID) -> dict[str, Any]:
    """Tell what an action may change about an import; nothing if it is gone."""
    return ImportJob.objects.filter(id=job_id).values(*_TOLD).first() or {}
