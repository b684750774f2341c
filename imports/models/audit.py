"""What staff did, on record: one row each, never changed, and it outlives what it was done to."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class StaffActionQuerySet(models.QuerySet["StaffAction"]):
    def forget(self, user_id: uuid.UUID) -> int:
        """Keep that something was done, and by whom; forget to whom."""
        return self.filter(user_id=user_id).update(
            user_id=None, job_id=None, target="", reason="", before={}, after={}
        )


class StaffAction(models.Model):
    """One thing that a person with an account did or looked at.

    Ids instead of foreign keys: the row stays when the import is gone. ``before`` and ``after``
    hold what the action changed, by name.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=200, blank=True, default="")
    user_id = models.UUIDField(null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = StaffActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action of staff"
        verbose_name_plural = "actions of staff"
        indexes = (
            models.Index(fields=["-at", "-id"], name="actions_newest_first"),
            models.Index(
                fields=["user_id"],
                condition=models.Q(user_id__isnull=False),
                name="actions_about_a_user",
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.target}".strip()
