"""What the mirror shows of a user: which state was last seen there, and when to look again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class MirrorStateQuerySet(models.QuerySet["MirrorState"]):
    def due(self) -> MirrorStateQuerySet:
        return self.filter(due_at__lte=Now())

    def troubled(self) -> MirrorStateQuerySet:
        """Those whose last showing failed, and who will be tried again."""
        return self.exclude(problem="")


class MirrorState(models.Model):
    """The mirror of one user. Only the newest state is ever sent, so nothing is queued here."""

    user_id = models.UUIDField(primary_key=True)

    # The state of the job that was shown, or that looked no different from what was shown.
    seen_job = models.UUIDField(null=True)
    seen_status = models.CharField(max_length=10, blank=True, default="")
    seen_updated_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    soulprint = models.UUIDField(null=True)
    # What the profile's own version was after our last writing; null while nobody has looked.
    version = models.TextField(null=True)  # noqa: DJ001 - empty is a version, too
    shown_at = models.DateTimeField(null=True)

    # One who takes a user up moves this first, so two hosts never send for the same one at once.
    due_at = models.DateTimeField(db_default=Now())
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True, default="")
    problem_since = models.DateTimeField(null=True)

    objects = MirrorStateQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(problem="", problem_since__isnull=True)
                | (~Q(problem="") & Q(problem_since__isnull=False)),
                name="a_problem_of_the_mirror_has_a_beginning",
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at"], condition=~Q(problem=""), name="troubled_mirrors"
            ),
        )

    def __str__(self) -> str:
        return f"mirror of {self.user_id}"
