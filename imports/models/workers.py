"""The supervisors that are alive: how many slots there are, and whether the house is staffed."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Sum
from django.db.models.functions import Now

BEAT_SECONDS = 15  # a supervisor that was silent for so long is not counted on


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> WorkerQuerySet:
        return self.filter(beat_at__gte=Now() - timedelta(seconds=BEAT_SECONDS))

    def slots(self) -> int:
        """How many imports may run at once on the workers that take new ones."""
        total = self.alive().filter(draining_at=None).aggregate(n=Sum("slots"))["n"]
        return int(total or 0)


class Worker(models.Model):
    """One supervisor process, by host and process id."""

    name = models.CharField(max_length=100, primary_key=True)
    slots = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    beat_at = models.DateTimeField(db_default=Now())
    draining_at = models.DateTimeField(null=True, blank=True)
    restarts = models.PositiveIntegerField(default=0)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
