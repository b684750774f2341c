"""What people were told of which trouble, so that nobody is told the same thing every second."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class AlertQuerySet(models.QuerySet["Alert"]):
    def due(self) -> AlertQuerySet:
        return self.filter(due_at__lte=Now())


class Alert(models.Model):
    """One kind of trouble with one thing, as "failure" with "zip_corrupt"."""

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60, blank=True, default="")
    # Failures that ended until then were told of.
    told_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject"], name="one_alert_per_kind_and_subject"
            ),
        )

    def __str__(self) -> str:
        return f"alert {self.kind} {self.subject}".strip()
