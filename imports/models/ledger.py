"""The ledger of language model calls: checkpoint and bill in one row."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from imports.models.jobs import ImportJob, StageName


class ModelCallQuerySet(models.QuerySet["ModelCall"]):
    def write_off(self) -> int:
        """Close those whose answer nobody will ask for any more; give how many that were.

        They may have been billed: their estimate stays on the bill.
        """
        return self.filter(outcome=ModelCall.Outcome.RESERVED).update(
            outcome=ModelCall.Outcome.UNKNOWN,
            microdollars=F("estimated_microdollars"),
            finished_at=Now(),
            answer_due_at=None,
            parcel=None,
        )


class ModelCall(models.Model):
    """One paid question. A stored answer is never asked, and never paid for, again.

    Reserved before it is sent (the estimate counts as spent), settled with the answer and the
    real usage in one transaction, parsed only afterwards. A call whose worker died stays
    reserved, and whoever resumes the import goes on with it: ``parcel`` is what its courier
    brought and nobody has read yet, ``answer_due_at`` the time until which ``carrier`` is under way
    (``imports/adapters/courier/shelf.py`` draws it). ``unknown`` is a call whose answer is lost:
    it may have been billed, so its estimate stays on the bill.
    """

    class Outcome(models.TextChoices):
        RESERVED = "reserved"
        DONE = "done"
        FAILED = "failed"
        UNKNOWN = "unknown"

    id = models.BigAutoField(primary_key=True)
    user_id = models.UUIDField()
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="calls")
    stage = models.CharField(max_length=12, choices=StageName)
    purpose = models.CharField(max_length=20)
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=40)
    request_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RESERVED)
    response = models.TextField(blank=True, default="")
    stop_reason = models.CharField(max_length=40, blank=True, default="")
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    cache_write_tokens = models.PositiveIntegerField(default=0)
    estimated_microdollars = models.PositiveBigIntegerField(default=0)
    microdollars = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    request_id = models.CharField(max_length=100, blank=True, default="")
    error_code = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    parcel = models.BinaryField(null=True, blank=True)
    carrier = models.CharField(max_length=32, blank=True, default="", db_default="")

    objects = ModelCallQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user_id", "request_hash"],
                condition=Q(outcome="done"),
                name="an_answer_is_paid_for_once",
            ),
        )
        indexes = (
            models.Index(fields=["job", "created_at"], name="calls_of_a_job"),
            models.Index(
                fields=["user_id", "request_hash"],
                condition=Q(outcome="reserved"),
                name="calls_that_are_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose} call {self.id}"
