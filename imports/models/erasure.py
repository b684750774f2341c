"""The wish that everything of a user be erased; the row goes last, when nothing else is left."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Erasure(models.Model):
    user_id = models.UUIDField(primary_key=True)
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"
