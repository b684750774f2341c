"""A file on its way in: how much of it has come, and who is writing the next piece.

Of one that goes straight to a store elsewhere, only that it may come.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class UploadQuerySet(models.QuerySet["Upload"]):
    def of_user(self, user_id: uuid.UUID) -> UploadQuerySet:
        return self.filter(user_id=user_id)

    def fresh(self) -> UploadQuerySet:
        """Those that may still grow, or be imported."""
        return self.filter(expires_at__gt=Now())

    def expired(self) -> UploadQuerySet:
        return self.filter(expires_at__lte=Now())

    def free_at(self, bytes_done: int) -> UploadQuerySet:
        """Those that wait for the piece that begins here, with nobody writing."""
        return (
            self.fresh()
            .filter(bytes_done=bytes_done, finished_at=None)
            .filter(Q(writer=None) | Q(writer_until__lt=Now()))
        )

    def written_by(self, writer: uuid.UUID) -> UploadQuerySet:
        return self.filter(writer=writer)


class Upload(models.Model):
    """One file of a person, sent in pieces; when it is whole it lies at ``storage_path``.

    ``writer`` is drawn anew for each piece: whoever wrote slower than their lease finds another
    name here and can count nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    filename = models.TextField()
    metadata = models.TextField(db_default="")  # Upload-Metadata, as it was sent
    storage_path = models.TextField(unique=True)
    bytes_total = models.PositiveBigIntegerField()
    bytes_done = models.PositiveBigIntegerField(db_default=0)
    writer = models.UUIDField(null=True)
    writer_until = models.DateTimeField(null=True)
    requested_by = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(bytes_done__lte=F("bytes_total")),
                name="no_more_comes_than_was_announced",
            ),
            models.CheckConstraint(
                condition=Q(writer=None, writer_until=None)
                | Q(writer__isnull=False, writer_until__isnull=False),
                name="who_writes_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(bytes_done=F("bytes_total")),
                name="a_finished_upload_is_whole",
            ),
        )
        indexes = (
            models.Index(fields=["user_id"], name="uploads_of_a_user"),
            models.Index(fields=["expires_at"], name="uploads_by_their_end"),
        )

    def __str__(self) -> str:
        return f"upload {self.id}"


class ExpectedFileQuerySet(models.QuerySet["ExpectedFile"]):
    def of_user(self, user_id: uuid.UUID) -> ExpectedFileQuerySet:
        return self.filter(user_id=user_id)

    def over(self) -> ExpectedFileQuerySet:
        return self.filter(expires_at__lte=Now())

    def unwelcome(self) -> ExpectedFileQuerySet:
        """Those that are to be removed should they come, or have come."""
        return self.filter(Q(is_unwanted=True) | Q(expires_at__lte=Now()))


class ExpectedFile(models.Model):
    """A file that somebody was invited to send straight to the store.

    What was begun can be ended for some hours, whatever happens here: the row of somebody who is
    erased stays for as long, as ``is_unwanted``, and what comes all the same is removed.
    """

    storage_path = models.TextField(primary_key=True)
    user_id = models.UUIDField()
    expires_at = models.DateTimeField()
    is_unwanted = models.BooleanField(default=False)

    objects = ExpectedFileQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["user_id"], name="expected_of_a_user"),)

    def __str__(self) -> str:
        return f"expected {self.storage_path}"
