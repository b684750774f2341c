"""The memory: conversations with their text, and the spans of it that can be searched."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from pgvector.django import HalfVectorField

from imports.models.jobs import ImportJob


class Conversation(models.Model):
    """One conversation of a person.

    ``transcript`` holds the text of all messages once. Its first ``shown_length`` characters are
    the branch that was last shown (what the person and the assistant said to each other, in
    order); behind it lie the other branches, tool results and hidden messages.

    ``spans`` locates each message: ``[id, role, kind, time, start, end, is_active, origin]``,
    time in epoch seconds or null, start and end in characters of the transcript.

    ``milestones`` are the bytes of the transcript, as UTF-8, at which every ``MILESTONE``th
    character begins, without the first; null where there is none. The database's function
    ``imports_text_at(convert_to(transcript, 'UTF8'), milestones, first, length)`` reads a piece by
    them.
    """

    MILESTONE = 250_000

    id = models.UUIDField(primary_key=True, editable=False)
    user_id = models.UUIDField()
    job = models.ForeignKey(
        ImportJob,
        on_delete=models.CASCADE,
        related_name="conversation_rows",
        db_index=False,
    )
    provider = models.CharField(max_length=20)
    source_id = models.TextField()
    title = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    models_used = models.JSONField(default=list)
    # The project it lies in, or the custom GPT it was held with; "" for neither.
    project_id = models.TextField(blank=True, default="", db_default="")
    gizmo_id = models.TextField(blank=True, default="", db_default="")
    message_count = models.PositiveIntegerField(default=0)
    user_message_count = models.PositiveIntegerField(default=0)
    richness = models.FloatField(default=0)
    topic_bucket = models.SmallIntegerField(default=0)
    is_remembered = models.BooleanField(default=True)
    content_hash = models.BinaryField()
    transcript = models.TextField(blank=True, default="")
    milestones = ArrayField(models.PositiveIntegerField(), null=True)
    shown_length = models.PositiveIntegerField(default=0)
    spans = models.JSONField(default=list)
    stored_at = models.DateTimeField(db_default=Now())
    # Counted from the spans by imports.pipeline.material.tallies; null where nothing is counted.
    own_messages = models.PositiveIntegerField(null=True)  # typed or dictated by the person
    own_characters = models.PositiveBigIntegerField(null=True)  # of them, as far as read
    hours = models.JSONField(null=True)  # hour in UTC, or "", -> messages of the person
    # [message id, kind, time, start, end, digest] of instructions and saved memories
    declared = models.JSONField(null=True)

    class Meta:
        permissions = (("read_conversation", "Can read what people said"),)
        constraints = (
            models.UniqueConstraint(
                fields=["user_id", "provider", "source_id"],
                name="one_row_per_conversation_of_a_user",
            ),
        )
        indexes = (models.Index(fields=["user_id", "-richness"], name="richest_of_a_user"),)

    def __str__(self) -> str:
        return f"conversation {self.id}"

    @staticmethod
    def id_for(user_id: uuid.UUID, provider: str, source_id: str) -> uuid.UUID:
        """Give the id of a conversation: the same person and source, the same row."""
        return uuid.uuid5(user_id, f"{provider}\n{source_id}")


class Tier(models.TextChoices):
    """How much text a chunk holds: about 200, 1,000 and 4,000 tokens."""

    MICRO = "micro"
    MEDIUM = "medium"
    MACRO = "macro"


class ChunkQuerySet(models.QuerySet["Chunk"]):
    def of_tiers(self, *, user_id: uuid.UUID, tiers: list[str]) -> ChunkQuerySet:
        return self.filter(user_id=user_id, tier__in=tiers)

    def of_other_spaces(self, space: str) -> ChunkQuerySet:
        """Those whose vector cannot be compared with vectors of this space."""
        return self.exclude(embedding_space__in=["", space])

    def without_vector(self) -> ChunkQuerySet:
        return self.filter(embedding=None)


class Chunk(models.Model):
    """A span of a transcript, cut at message and paragraph borders, with its vector."""

    id = models.BigAutoField(primary_key=True)
    user_id = models.UUIDField()
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="chunks", db_index=False
    )
    tier = models.CharField(max_length=6, choices=Tier)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    embedding = HalfVectorField(null=True)
    embedding_space = models.CharField(max_length=60, blank=True, default="")

    objects = ChunkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "tier", "start"], name="one_chunk_per_place"
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")), name="a_chunk_holds_text"
            ),
            models.CheckConstraint(
                condition=Q(embedding=None, embedding_space="")
                | (Q(embedding__isnull=False) & ~Q(embedding_space="")),
                name="a_vector_names_its_space",
            ),
        )
        indexes = (
            models.Index(
                fields=["user_id", "id"],
                condition=Q(embedding=None),
                name="chunks_without_a_vector",
            ),
            models.Index(fields=["user_id", "tier"], name="chunks_of_a_user"),
        )

    def __str__(self) -> str:
        return f"{self.tier} chunk {self.id}"


class Lesson(models.Model):
    """What an embedder learned from a person's own texts; with it, it speaks a space of its own.

    Learned once, from a sample, and kept while the memory grows: another lesson is another
    space, and every vector would have to be made again.
    """

    user_id = models.UUIDField(primary_key=True)
    base_space = models.CharField(max_length=60)  # of the embedder before it learned
    content = models.BinaryField()
    aim = models.BinaryField(null=True)  # of questions: imports.pipeline.embed.aim
    chunks = models.PositiveIntegerField()  # how large the memory was
    learned_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"lesson of {self.user_id} for {self.base_space}"


class WordBlockQuerySet(models.QuerySet["WordBlock"]):
    def known_until(self, user_id: uuid.UUID) -> int:
        """Give the last chunk of a user whose words are stored; 0 when there is none."""
        last = self.filter(user_id=user_id).aggregate(last=models.Max("last_id"))["last"]
        return int(last or 0)


class WordBlock(models.Model):
    """A piece of a person's index of words; ``imports.lexicon.blocks`` says what lies in it.

    Of a person, so that a search reads nothing that others have written, and a block covers a
    range of chunks that were stored one after the other. Chunks that are gone may still be
    named in it.
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.UUIDField()
    tier = models.CharField(max_length=6, choices=Tier)
    bucket = models.SmallIntegerField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    content = models.BinaryField()

    objects = WordBlockQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user_id", "tier", "bucket", "last_id"],
                name="one_piece_of_each_bucket_in_a_block",
            ),
        )

    def __str__(self) -> str:
        return f"words of {self.tier} chunks {self.first_id} to {self.last_id}"
