"""The wish that everything of a user be erased; the row goes last, when nothing else is left."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def due(self) -> ErasureQuerySet:
        """Those that may be tried now, the oldest first."""
        return self.filter(due_at__lte=Now()).order_by("requested_at")

    def is_wished_by(self, user_id: uuid.UUID) -> bool:
        """Tell whether nothing of this user is to be shown any more."""
        return self.filter(user_id=user_id).exists()


class Erasure(models.Model):
    user_id = models.UUIDField(primary_key=True)
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField(db_default=Now())
    # What kept it from being carried out the last time, and when to try again.
    problem = models.CharField(max_length=60, blank=True, default="", db_default="")
    failures = models.PositiveIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(db_default=Now())

    objects = ErasureQuerySet.as_manager()

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"
