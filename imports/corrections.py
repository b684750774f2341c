"""What people say is wrong: a fact is rejected, or taken back in.

A rejected fact stays as a row with its reason, so that the next reading does not bring it back.
"""

from __future__ import annotations

import uuid

from django.db import transaction

from imports import audit
from imports.actors import Who, require
from imports.models import Fact
from imports.models.results import BY_PEOPLE


def reject_fact(fact_id: uuid.UUID, *, actor: Who, reason: str) -> bool:
    """Take a fact out of what is known; False if it was out already.

    :raises NotAllowed: this account may not reject facts
    """
    return _mark(
        fact_id, is_rejected=True, action="rejected a fact", actor=actor, reason=reason
    )


def restore_fact(fact_id: uuid.UUID, *, actor: Who, reason: str) -> bool:
    """Take a rejection back; False if there was none.

    :raises NotAllowed: this account may not reject facts
    """
    action = "took back a rejection"
    return _mark(fact_id, is_rejected=False, action=action, actor=actor, reason=reason)


def _mark(
    fact_id: uuid.UUID, *, is_rejected: bool, action: str, actor: Who, reason: str
) -> bool:
    require(actor, "imports.reject_fact")
    with transaction.atomic():
        fact = Fact.objects.select_for_update().get(id=fact_id)
        before = fact.superseded_reason
        if (before in BY_PEOPLE) == is_rejected:
            return False
        after = "user" if is_rejected else ("update" if fact.superseded_by_id else "")
        fact.superseded_reason = after
        fact.save(update_fields=["superseded_reason"])
        audit.record(
            actor,
            action,
            target=f"fact {fact_id}",
            user_id=fact.user_id,
            reason=reason,
            before={"superseded_reason": before},
            after={"superseded_reason": after},
        )
    return True
