"""What an import makes of the history: soulprints, and facts with the quotes that prove them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from imports.models.jobs import ImportJob


class SoulprintQuerySet(models.QuerySet["Soulprint"]):
    def of_user(self, user_id: uuid.UUID | str) -> SoulprintQuerySet:
        """All versions of a user, the current one first."""
        return self.filter(user_id=user_id).order_by("-created_at", "-id")


class Soulprint(models.Model):
    """One version of the six sections. Immutable; the newest is the user's current one."""

    class Pass(models.TextChoices):
        QUICK = "quick", "Quick pass"
        FULL = "full", "Full pass"

    SECTIONS = ("soul", "identity", "user", "agents", "tools", "memory")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="soulprints")
    pass_name = models.CharField(max_length=5, choices=Pass)
    # Each section is a JSON object with the fields of imports.pipeline.sections.
    soul = models.JSONField()
    identity = models.JSONField()
    user = models.JSONField()
    agents = models.JSONField()
    tools = models.JSONField()
    memory = models.JSONField(null=True)
    ai_name = models.CharField(max_length=100, blank=True, default="")
    archetype = models.CharField(max_length=100, blank=True, default="")
    engine = models.CharField(max_length=20)
    model = models.CharField(max_length=100)
    prompt_version = models.CharField(max_length=40)
    note = models.TextField(blank=True, default="")  # "read 1,200 of 3,400 messages"
    created_at = models.DateTimeField(db_default=Now())

    objects = SoulprintQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["job", "pass_name"], name="one_soulprint_per_pass_of_an_import"
            ),
        )
        indexes = (
            models.Index(fields=["user_id", "-created_at"], name="soulprints_of_a_user"),
        )

    def __str__(self) -> str:
        return f"soulprint {self.id}"

    def sections(self) -> dict[str, Any]:
        """Give the sections by name, in their order."""
        return {name: getattr(self, name) for name in self.SECTIONS}


# Reasons of people. What they rejected stays rejected, whatever is learned later.
BY_PEOPLE = ("user", "rejected")


class FactQuerySet(models.QuerySet["Fact"]):
    def current(self, user_id: uuid.UUID | str) -> FactQuerySet:
        """The facts of a user that hold now and that nobody rejected, best proven first."""
        held = self._held(user_id)
        return held.exclude(superseded_reason__in=BY_PEOPLE)

    def rejected(self, user_id: uuid.UUID | str) -> FactQuerySet:
        """The facts of a user that would hold now, had not somebody said that they are wrong."""
        return self._held(user_id).filter(superseded_reason__in=BY_PEOPLE)

    def _held(self, user_id: uuid.UUID | str) -> FactQuerySet:
        held = self.filter(user_id=user_id, superseded_by=None)
        return held.order_by("-confidence", "category", "slot", "id")


class Fact(models.Model):
    """Something the person said about themselves.

    ``evidence`` is a list of ``{"conversation_id", "message_id", "at", "quote"}``; every quote
    was found in the text of that message of the person.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    user_id = models.UUIDField()
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="fact_rows")
    category = models.CharField(max_length=20)
    slot = models.CharField(max_length=40, blank=True, default="")
    statement = models.TextField()
    value = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=10)  # durable | temporary | plan | event
    # stated | implied | instructions | saved_memory
    basis = models.CharField(max_length=12)
    confidence = models.FloatField()
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="supersedes"
    )
    superseded_reason = models.CharField(max_length=20, blank=True, default="")
    evidence = models.JSONField()
    engine = models.CharField(max_length=20)
    created_at = models.DateTimeField(db_default=Now())

    objects = FactQuerySet.as_manager()

    class Meta:
        permissions = (("reject_fact", "Can reject facts"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(evidence=[]), name="a_fact_has_a_verified_quote"
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1),
                name="confidence_is_a_probability",
            ),
        )
        indexes = (models.Index(fields=["user_id", "category"], name="facts_of_a_user"),)

    def __str__(self) -> str:
        return f"fact {self.id}"
