"""The stage log: what happened to a job, in order; nothing in it is ever overwritten."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from imports.models.jobs import ImportJob, StageName


class StageLogQuerySet(models.QuerySet["StageLog"]):
    def in_order(self) -> StageLogQuerySet:
        return self.order_by("started_at", "id")

    def open(self) -> StageLogQuerySet:
        return self.filter(kind=StageLog.Kind.STAGE, ended_at=None)


class StageLog(models.Model):
    """One stage in one attempt, or one thing that a person did."""

    class Kind(models.TextChoices):
        STAGE = "stage"
        ACTION = "action"

    class Outcome(models.TextChoices):
        """How a stage ended in this attempt; empty while it runs."""

        DONE = "done", "Done"
        SLICE = "slice", "Time slice over, goes on"
        DRAINED = "drained", "Worker was shut down, goes on"
        WAITING = "waiting", "Put back, tries again"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        CRASHED = "crashed", "Worker died"
        LOST_LEASE = "lost_lease", "Lease was lost"

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="log")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.STAGE)
    attempt = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=12, choices=StageName, blank=True, default="")
    worker = models.CharField(max_length=100, blank=True, default="")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")

    items_done = models.PositiveBigIntegerField(default=0)
    items_total = models.PositiveBigIntegerField(default=0)
    unit = models.CharField(max_length=20, blank=True, default="")
    tokens = models.PositiveBigIntegerField(default=0)
    spent_microdollars = models.PositiveBigIntegerField(default=0)
    note = models.TextField(blank=True, default="")

    error_code = models.CharField(max_length=60, blank=True, default="")
    message = models.TextField(blank=True, default="")
    traceback = models.TextField(blank=True, default="")

    # Lines of the kind "action": who did what, and why.
    action = models.CharField(max_length=40, blank=True, default="")
    actor = models.CharField(max_length=200, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    objects = StageLogQuerySet.as_manager()

    class Meta:
        verbose_name = "stage log"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="action") | ~Q(stage=""),
                name="a_stage_line_names_its_stage",
            ),
            models.CheckConstraint(
                condition=Q(kind="stage") | ~Q(action=""),
                name="an_action_line_names_its_action",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome=""))
                | Q(kind="action"),
                name="a_stage_that_ended_says_how",
            ),
        )
        indexes = (
            models.Index(fields=["job", "started_at"], name="log_of_a_job"),
            # Lines are written in the order of time, so a few kilobytes find those of a month.
            BrinIndex(fields=["started_at"], name="log_by_time", autosummarize=True),
        )

    def __str__(self) -> str:
        return f"{self.stage or self.action} of {self.job_id}"
