"""What the HTTP door remembers; in PostgreSQL, so that it holds across processes."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from imports.models.jobs import ImportJob


class IdempotencyKey(models.Model):
    """A key that a caller sent with a trigger, and the job that answered it."""

    principal = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["principal", "key"], name="one_answer_per_idempotency_key"
            ),
        )

    def __str__(self) -> str:
        return f"idempotency key of {self.principal}"


class ServiceThrottle(models.Model):
    """How often a principal called within one window."""

    principal = models.CharField(max_length=200)
    window_start = models.DateTimeField()
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["principal", "window_start"], name="one_count_per_window"
            ),
        )

    def __str__(self) -> str:
        return f"calls of {self.principal}"
