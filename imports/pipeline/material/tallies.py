"""Counts what a person wrote in a conversation, when, and where they declared something in it.

Three stages ask for it, and to read the text of a whole history for it would take minutes at tens
of gigabytes; so each conversation is counted while ingest has its text in hand.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime

from imports.models import Conversation, ImportJob
from imports.pipeline.long_text import LongText
from imports.pipeline.material.slices import id_ranges
from imports.pipeline.material.spans import OWN_WORDS, SPOKEN
from imports.pipeline.transcript import Span

AT_ONCE = 250
LONGEST = 2_400  # characters of a message that a model is shown
DECLARED = frozenset({"context", "memory_write"})
_READ = ("id", "created_at", "spans", "transcript")
_COUNTED = ("own_messages", "own_characters", "hours", "declared")
_ROWS_AT_A_TIME = 5

Told = tuple[str, str, float | None, int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is counted of a conversation; the columns of the same names say what it means."""

    own_messages: int
    own_characters: int
    hours: dict[str, int]
    declared: list[Told]


def count(
    spans: Iterable[Span], transcript: str | LongText, *, created_at: datetime | None
) -> Tally:
    """Count a conversation by its spans."""
    own_messages = own_characters = 0
    hours: Counter[str] = Counter()
    declared: list[Told] = []
    begun = created_at.timestamp() if created_at else None
    for message_id, role, kind, epoch, start, end, is_active, origin in spans:
        if role == "user" and kind in SPOKEN:
            hours["" if epoch is None else str(int(epoch // 3_600 % 24))] += 1
            if is_active and origin in OWN_WORDS and end > start:
                own_messages += 1
                own_characters += min(end - start, LONGEST)
        elif kind in DECLARED and end > start:
            digest = hashlib.md5(transcript[start:end].encode(), usedforsecurity=False)
            at = begun if epoch is None else epoch
            declared.append((message_id, kind, at, start, end, digest.hexdigest()))
    return Tally(
        own_messages=own_messages,
        own_characters=own_characters,
        hours=dict(hours),
        declared=declared,
    )


def tally(job: ImportJob) -> Generator[None, None, None]:
    """Count what an older version has stored uncounted; yields between the pieces.

    A stage that is ended goes on behind the last piece.

    :raises LostLease: another worker holds the job
    """
    mine = Conversation.objects.filter(user_id=job.user_id, is_remembered=True)
    waiting = mine.filter(own_messages=None)
    if not waiting.exists():
        return
    for low, high in id_ranges(mine.count(), per_slice=AT_ONCE):
        rows = waiting.filter(id__range=(low, high)).order_by("id").only(*_READ)
        counted = [_counted(row) for row in rows.iterator(chunk_size=_ROWS_AT_A_TIME)]
        if counted:
            with job.writing():
                Conversation.objects.bulk_update(counted, _COUNTED)
        yield


def _counted(row: Conversation) -> Conversation:
    """Give the counts alone: the text of so many conversations is not kept."""
    counts = count(row.spans, row.transcript, created_at=row.created_at)
    return Conversation(id=row.id, **{name: getattr(counts, name) for name in _COUNTED})
