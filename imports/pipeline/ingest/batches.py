"""Stores a batch of conversations, its counts and the reader's place in one transaction."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Now

from imports.formats import Position, Skipped
from imports.models import Chunk, Conversation, ImportJob
from imports.models.jobs import ImportJobQuerySet
from imports.pipeline.download.travel import MISSING_SHARD, UNREADABLE_FILE
from imports.pipeline.ingest.copying import copy_chunks, copy_conversations
from imports.pipeline.ingest.rows import Prepared

SAMPLES_KEPT = 5  # of each reason to skip a record
_OF_DOWNLOAD = {MISSING_SHARD, UNREADABLE_FILE}
LONGEST_ID = 80  # what calls itself an id may be anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is stored already under the id of a conversation."""

    content_hash: bytes
    job_id: uuid.UUID
    stored_at: datetime
    updated_at: datetime | None
    created_at: datetime | None
    message_count: int
    chunk_count: int

    @property
    def rank(self) -> tuple[float, int]:
        at = self.updated_at or self.created_at
        return (at.timestamp() if at else 0.0, self.message_count)


@dataclass(slots=True, kw_only=True)
class Receipt:
    """What a batch adds to the counts of its job."""

    found: int = 0
    stored: int = 0
    unchanged: int = 0
    messages: int = 0
    chunks: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    to_write: dict[uuid.UUID, Prepared] = field(default_factory=dict)
    to_replace: set[uuid.UUID] = field(default_factory=set)

    def skip(self, reason: str, *, source_id: str | None, position: Position) -> None:
        """Count a skipped record, and keep where it lies of the first few."""
        self.skipped[reason] += 1
        samples = self.samples.setdefault(reason, [])
        if len(samples) < SAMPLES_KEPT:
            samples.append(
                {
                    "source_id": (source_id or "")[:LONGEST_ID],
                    "part": position.part,
                    "offset": position.offset,
                }
            )


def begin_receipt(job: ImportJob) -> None:
    """Start counting at the start of the export; what download found out stays.

    :raises LostLease: another worker holds the job
    """
    with job.writing() as row:
        oddities = row.values_list("oddities", flat=True).get()
        row.update(
            reading_since=Now(),
            conversations_found=0,
            conversations_stored=0,
            conversations_unchanged=0,
            skipped=0,
            messages=0,
            chunks=0,
            skipped_reasons={},
            skipped_samples={},
            oddities={k: n for k, n in oddities.items() if k in _OF_DOWNLOAD},
        )


def store(job: ImportJob, batch: Sequence[Prepared | Skipped], *, end: Position) -> None:
    """Store the batch; afterwards the job's place is behind its last record.

    :raises LostLease: another worker holds the job; nothing was stored
    """
    # If the batch is gone, so is the place behind it: it is read again.
    with job.writing(waits_for_disk=False) as row:
        receipt = _sort_out(job, batch)
        _remove(receipt.to_replace)
        copy_conversations(receipt.to_write.values(), job=job)
        copy_chunks(receipt.to_write.values(), user_id=job.user_id)
        _count(row, receipt, end)


def _sort_out(job: ImportJob, batch: Sequence[Prepared | Skipped]) -> Receipt:
    """Decide for each record what becomes of it."""
    receipt = Receipt(found=len(batch))
    kept = _kept([record.id for record in batch if isinstance(record, Prepared)])
    for record in batch:
        if isinstance(record, Skipped):
            receipt.skip(
                record.reason, source_id=record.source_id, position=record.position
            )
            continue
        receipt.oddities.update(record.about.oddities)
        if record.id in receipt.to_write:
            _same_in_batch(receipt, record)
        elif record.id in kept:
            _same_in_store(receipt, record, kept[record.id], job)
        else:
            receipt.stored += 1
            _write(receipt, record)
    return receipt


def _kept(ids: list[uuid.UUID]) -> dict[uuid.UUID, Kept]:
    fields = (
        "content_hash",
        "job_id",
        "stored_at",
        "updated_at",
        "created_at",
        "message_count",
    )
    rows = {
        row["id"]: row
        for row in Conversation.objects.filter(id__in=ids).values("id", *fields)
    }
    counts = _chunk_counts(list(rows))
    return {
        id_: Kept(
            **{field: row[field] for field in fields if field != "content_hash"},
            content_hash=bytes(row["content_hash"]),
            chunk_count=counts.get(id_, 0),
        )
        for id_, row in rows.items()
    }


def _chunk_counts(ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    # In a first import nothing is kept, and nothing is asked.
    if not ids:
        return {}
    counted = Chunk.objects.filter(conversation_id__in=ids).values("conversation_id")
    return dict(counted.values_list("conversation_id", Count("id")))


def _write(receipt: Receipt, record: Prepared) -> None:
    receipt.to_write[record.id] = record
    receipt.messages += record.message_count
    receipt.chunks += len(record.chunks)


def _unwrite(receipt: Receipt, *, messages: int, chunks: int) -> None:
    receipt.messages -= messages
    receipt.chunks -= chunks


def _same_in_batch(receipt: Receipt, record: Prepared) -> None:
    """Let the newer and larger copy count; the other one is a duplicate."""
    _skip_duplicate(receipt, record)
    earlier = receipt.to_write[record.id]
    if record.rank > earlier.rank:
        _unwrite(receipt, messages=earlier.message_count, chunks=len(earlier.chunks))
        _write(receipt, record)


def _skip_duplicate(receipt: Receipt, record: Prepared) -> None:
    about = record.about
    receipt.skip("duplicate", source_id=about.source_id, position=about.position)


def _same_in_store(receipt: Receipt, record: Prepared, kept: Kept, job: ImportJob) -> None:
    is_from_this_export = kept.job_id == job.id and (
        job.reading_since is None or kept.stored_at >= job.reading_since
    )
    differs = record.about.content_hash != kept.content_hash
    # Within one export the first of two equals stays; a later export wins unless it is older.
    is_newer = differs and (
        record.rank > kept.rank or (record.rank == kept.rank and not is_from_this_export)
    )
    if is_from_this_export:
        _skip_duplicate(receipt, record)
    elif is_newer:
        receipt.stored += 1
    else:
        receipt.unchanged += 1
        receipt.messages += kept.message_count
        receipt.chunks += kept.chunk_count
    if is_newer:
        if is_from_this_export:
            _unwrite(receipt, messages=kept.message_count, chunks=kept.chunk_count)
        receipt.to_replace.add(record.id)
        _write(receipt, record)


def _remove(ids: set[uuid.UUID]) -> None:
    if ids:
        Chunk.objects.filter(conversation_id__in=ids)._raw_delete(using="default")
        Conversation.objects.filter(id__in=ids)._raw_delete(using="default")


def _count(row: ImportJobQuerySet, receipt: Receipt, end: Position) -> None:
    by_reason: dict[str, Any] = {}
    if receipt.skipped or receipt.oddities:
        reasons, samples, oddities = row.values_list(
            "skipped_reasons", "skipped_samples", "oddities"
        ).get()
        by_reason = {
            "skipped_reasons": dict(Counter(reasons) + receipt.skipped),
            "skipped_samples": {
                reason: [*samples.get(reason, ()), *receipt.samples.get(reason, ())][
                    :SAMPLES_KEPT
                ]
                for reason in {**samples, **receipt.samples}
            },
            "oddities": dict(Counter(oddities) + receipt.oddities),
        }
    row.update(
        read_part=end.part,
        read_offset=end.offset,
        conversations_found=F("conversations_found") + receipt.found,
        conversations_stored=F("conversations_stored") + receipt.stored,
        conversations_unchanged=F("conversations_unchanged") + receipt.unchanged,
        skipped=F("skipped") + receipt.skipped.total(),
        messages=F("messages") + receipt.messages,
        chunks=F("chunks") + receipt.chunks,
        **by_reason,
    )
