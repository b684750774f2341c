"""The import job: one requested import, from the trigger to its end.

The row is the truth and the queue. Status moves only in ``imports.lifecycle``; counts and the
place in the export are written by the stages, inside ``ImportJob.writing``, in the transaction
that stores what they count.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, Value
from django.db.models.functions import Greatest, Now

from imports import faults
from imports.errors import LostLease
from imports.models.pauses import Pause


class Status(models.TextChoices):
    QUEUED = "QUEUED", "Waiting"
    RUNNING = "RUNNING", "Running"
    COMPLETE = "COMPLETE", "Complete"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"


ACTIVE = (Status.QUEUED, Status.RUNNING)


class StageName(models.TextChoices):
    """The stages in order; the label is what people see."""

    DOWNLOAD = "download", "Downloading export"
    INGEST = "ingest", "Parsing conversations"
    QUICK_PASS = "quick_pass", "Generating soulprint"
    EMBED = "embed", "Creating memory chunks"
    FACTS = "facts", "Learning facts"
    MEMORY = "memory", "Writing memory"


class ImportStatus(models.TextChoices):
    """What the site's frontend calls the state of a user's import; always derived."""

    NONE = "none"
    PROCESSING = "processing"
    QUICK_READY = "quick_ready"
    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def of_user(self, user_id: uuid.UUID | str) -> ImportJobQuerySet:
        return self.filter(user_id=user_id)

    def newest_first(self) -> ImportJobQuerySet:
        return self.order_by("-created_at", "-id")

    def active(self) -> ImportJobQuerySet:
        return self.filter(status__in=ACTIVE)

    def held(self, job: ImportJob) -> ImportJobQuerySet:
        """Only the row that this attempt still holds; empty once the lease went elsewhere."""
        return self.filter(id=job.id, attempt=job.attempt, status=Status.RUNNING)

    def stalled(self, *, for_seconds: float = 0) -> ImportJobQuerySet:
        """Leased, but the lease has run out on the database's clock."""
        return self.filter(
            status=Status.RUNNING,
            lease_expires_at__lt=Now() - timedelta(seconds=for_seconds),
        )

    def waiting(self) -> ImportJobQuerySet:
        """Queued, due and held back by nobody, and not rung yet."""
        due = self.filter(status=Status.QUEUED, dispatched_at=None).filter(
            Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now())
        )
        return due.unpaused()

    def longest_wait(self) -> timedelta | None:
        """How long the first of these has been due, on the database's clock; None of nobody.

        One that was to be tried later waits only since then.
        """
        since = Min(Greatest("queued_at", "next_attempt_at"))
        waited: timedelta | None = self.aggregate(waited=Now() - since)["waited"]
        return waited

    def unpaused(self) -> ImportJobQuerySet:
        held = Pause.objects.holding(user_id=OuterRef("user_id"), stage=OuterRef("stage"))
        return self.exclude(Exists(held))

    def rung(self) -> ImportJobQuerySet:
        return self.filter(status=Status.QUEUED).exclude(dispatched_at=None)


class ImportJob(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    storage_path = models.TextField()

    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    stage = models.CharField(max_length=12, choices=StageName, default=StageName.DOWNLOAD)
    progress_percent = models.PositiveSmallIntegerField(default=0)

    # How often a worker claimed it (the fencing token), how often it failed in a way that is
    # worth another try, and how often its worker died without progress.
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    priority = models.SmallIntegerField(default=0)
    queued_at = models.DateTimeField(db_default=Now())
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatch_seq = models.PositiveIntegerField(default=0)

    worker = models.CharField(max_length=100, blank=True, default="")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    progressed_at = models.DateTimeField(null=True, blank=True)

    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_by = models.CharField(max_length=200, blank=True, default="")
    cancel_seen_at = models.DateTimeField(null=True, blank=True)  # by whoever holds the job

    # Where ingest is in the spooled parts, and which version of the object they came from.
    read_part = models.PositiveIntegerField(default=0)
    read_offset = models.PositiveBigIntegerField(default=0)
    # When reading began at the start: what was stored before is no second copy in this export.
    reading_since = models.DateTimeField(null=True, blank=True)
    source_etag = models.CharField(max_length=200, blank=True, default="")

    # The receipt: found = stored + unchanged + skipped.
    conversations_found = models.PositiveIntegerField(default=0)
    conversations_stored = models.PositiveIntegerField(default=0)
    conversations_unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    skipped_reasons = models.JSONField(default=dict)
    # A few of each reason: where they lie in the export and what it calls them, never their text.
    skipped_samples = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField())
    )
    oddities = models.JSONField(default=dict)
    messages = models.PositiveIntegerField(default=0)
    chunks = models.PositiveIntegerField(default=0)
    facts = models.PositiveIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_done = models.PositiveBigIntegerField(default=0)
    announced_conversations = models.PositiveIntegerField(null=True, blank=True)
    announced_messages = models.PositiveIntegerField(null=True, blank=True)

    spent_microdollars = models.PositiveBigIntegerField(default=0)
    budget_microdollars = models.PositiveBigIntegerField(default=0)
    model_calls = models.PositiveIntegerField(default=0)

    error_code = models.CharField(max_length=60, blank=True, default="")
    error_title = models.TextField(blank=True, default="")
    error_detail = models.TextField(blank=True, default="")
    error_is_retryable = models.BooleanField(default=False)

    requested_by = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    quick_ready_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # When the uploaded export was removed from the store, long after the import had ended.
    export_removed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(db_default=Now())

    # Not stored: the runner tells the stage that this attempt is about to end, so that it
    # begins nothing that would have to be paid for twice.
    is_winding_down = False

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        permissions = (
            ("retry_importjob", "Can retry imports"),
            ("cancel_importjob", "Can cancel imports"),
            ("start_importjob", "Can start imports"),
            ("raise_budget_importjob", "Can raise the budget of imports"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["user_id"],
                condition=Q(status__in=ACTIVE),
                name="one_active_import_per_user",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RUNNING, lease_expires_at__isnull=False)
                | (~Q(status=Status.RUNNING) & Q(lease_expires_at__isnull=True)),
                name="running_means_leased",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ACTIVE, finished_at__isnull=True)
                | (~Q(status__in=ACTIVE) & Q(finished_at__isnull=False)),
                name="ended_means_finished_at_is_known",
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__lte=100), name="progress_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.COMPLETE)
                | Q(
                    conversations_found=F("conversations_stored")
                    + F("conversations_unchanged")
                    + F("skipped")
                ),
                name="a_complete_import_accounts_for_everything_found",
            ),
        )
        indexes = (
            models.Index(fields=["user_id", "-created_at"], name="imports_of_a_user"),
            models.Index(fields=["-created_at", "-id"], name="imports_newest_first"),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False),
                name="imports_that_ended",
            ),
            models.Index(
                fields=["priority", "queued_at"],
                condition=Q(status__in=ACTIVE),
                name="active_imports",
            ),
            models.Index(
                fields=["-finished_at"],
                condition=Q(status="FAILED"),
                name="failed_imports",
            ),
            models.Index(
                fields=["-finished_at"],
                condition=Q(finished_at__isnull=False),
                name="ended_imports",
            ),
        )

    def __str__(self) -> str:
        return f"import {self.id}"

    @property
    def conversations(self) -> int:
        """Conversations of the export that are stored now: new, changed or unchanged."""
        return self.conversations_stored + self.conversations_unchanged

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def import_status(self) -> ImportStatus:
        match self.status:
            case Status.COMPLETE:
                return ImportStatus.COMPLETE
            case Status.FAILED:
                return ImportStatus.FAILED
            case Status.CANCELLED:
                return ImportStatus.CANCELLED
            case _ if self.quick_ready_at:
                return ImportStatus.QUICK_READY
        return ImportStatus.PROCESSING

    @contextmanager
    def writing(self, *, waits_for_disk: bool = True) -> Iterator[ImportJobQuerySet]:
        """Open the transaction in which a stage stores a batch and counts it.

        What is easily made again need not wait for the disk: if the server's machine dies within the
        second, it is gone. The next commit that waits, as every move of the job does, makes all
        before it durable.

        The row is locked and must still belong to this attempt, so a worker that lost its lease
        can write nothing. Gives the queryset to update the job's own counts with.

        :raises LostLease: another worker holds the job
        """
        with transaction.atomic():
            end_if_asleep(waits_for_disk=waits_for_disk)
            row = ImportJob.objects.held(self)
            # NO KEY: rows that point to the job may be inserted meanwhile.
            if not row.select_for_update(no_key=True).values_list("id").first():
                raise LostLease
            faults.hit("batch.begun")
            yield row
            faults.hit("batch.before_commit")
        faults.hit("batch.committed")

    def reload(self, *fields: str) -> None:
        """Read the named fields again, or all of them."""
        self.refresh_from_db(fields=list(fields) or None)

    def counts(self) -> dict[str, Any]:
        """Give the counts as the API shows them."""
        return {
            "conversations": self.conversations,
            "messages": self.messages,
            "chunks": self.chunks,
            "facts": self.facts,
            "skipped": self.skipped,
            "bytes_total": self.bytes_total,
            "bytes_done": self.bytes_done,
        }


def end_if_asleep(*, waits_for_disk: bool = True) -> None:
    """Let the database end this transaction when its process sleeps for longer than a lease.

    Whoever is frozen in it, or vanished with its host, would keep what it has locked for hours: a
    job that nobody could take over, or the right to dispatch.
    """
    wanted = {"idle_in_transaction_session_timeout": f"{settings.LEASE_SECONDS}s"}
    if not waits_for_disk:
        wanted["synchronous_commit"] = "off"
    columns = ", ".join(["set_config(%s, %s, true)"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}",
            [each for pair in wanted.items() for each in pair],
        )
