"""What is held back: everything, one user, or one stage; the row is the pause."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Now


class PauseQuerySet(models.QuerySet["Pause"]):
    def holding(
        self, *, user_id: uuid.UUID | OuterRef, stage: str | OuterRef
    ) -> PauseQuerySet:
        """Those that hold back a job of this user at this stage."""
        return self.filter(
            Q(user_id=None, stage="") | Q(user_id=user_id) | Q(user_id=None, stage=stage)
        )


class Pause(models.Model):
    """No import begins while this row fits it; what runs goes on to the end of its slice."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.UUIDField(null=True, blank=True)
    stage = models.CharField(max_length=12, blank=True, default="")
    reason = models.TextField()
    paused_by = models.CharField(max_length=200)
    paused_at = models.DateTimeField(db_default=Now())

    objects = PauseQuerySet.as_manager()

    class Meta:
        permissions = (("pause_importjob", "Can pause and resume imports"),)
        constraints = (
            models.UniqueConstraint(
                fields=["user_id", "stage"],
                nulls_distinct=False,
                name="one_pause_for_the_same",
            ),
            models.CheckConstraint(
                condition=Q(user_id=None) | Q(stage=""),
                name="a_pause_is_for_all_or_a_user_or_a_stage",
            ),
        )

    def __str__(self) -> str:
        if self.user_id:
            return f"pause of user {self.user_id}"
        return f"pause of {self.stage or 'everything'}"

    def holds(self, *, user_id: uuid.UUID, stage: str) -> bool:
        """Tell whether it holds back a job of this user at this stage."""
        if self.user_id:
            return self.user_id == user_id
        return self.stage in ("", stage)
