"""Stores what a pack taught, so that a job that is resumed need not read its texts again.

A stored answer saves the money; this saves the time. Without it, a long history would be filled
into packs from the beginning in every slice, and at some size no slice would come further. The
key names all that goes into a pack and through the gate, so a better gate reads anew, for nothing.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Max
from django.db.models.functions import Now

from imports.models import ImportJob, ModelCall, StageName
from imports.pipeline.facts.verification import Candidate, Evidence
from imports.pipeline.prompts import VERSIONS

GATE_VERSION = "gate-2"
PURPOSE = "facts_read"


class Reader(Protocol):
    """Who reads: an engine and its model."""

    @property
    def engine(self) -> str: ...

    @property
    def model(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReader:
    """A language model that has read for this person before."""

    engine: str
    model: str


@dataclass(slots=True, kw_only=True)
class Lesson:
    """What the parts of one planned pack taught so far."""

    parts_left: int
    read: int = 0
    is_whole: bool = True  # False: something in it was not read, and may be later
    candidates: list[Candidate] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)


def key_of(content: str, reader: Reader) -> str:
    """Name what is read by the digest of its content, and by who reads it how."""
    parts = [GATE_VERSION, VERSIONS["facts"], reader.engine, reader.model, content]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def readers(job: ImportJob) -> list[PastReader]:
    """Give everybody who has read for this person, the latest first."""
    pairs = (
        ModelCall.objects.filter(user_id=job.user_id, purpose=PURPOSE)
        .values("engine", "model")
        .annotate(last=Max("id"))
        .order_by("-last")
    )
    return [PastReader(engine=row["engine"], model=row["model"]) for row in pairs]


def save(job: ImportJob, reader: Reader, key: str, lesson: Lesson) -> None:
    """Store the lesson of a pack that was read whole."""
    content = {
        "read": lesson.read,
        "rejected": dict(+lesson.rejected),
        "candidates": [asdict(each) for each in lesson.candidates],
    }
    call = ModelCall(
        user_id=job.user_id,
        job=job,
        stage=StageName.FACTS,
        purpose=PURPOSE,
        engine=reader.engine,
        model=reader.model,
        prompt_version=GATE_VERSION,
        request_hash=key,
        outcome=ModelCall.Outcome.DONE,
        response=json.dumps(content, default=_plain),
        finished_at=Now(),
    )
    # If it is gone, the pack is read again: what was paid for lies in the ledger.
    with job.writing(waits_for_disk=False):
        ModelCall.objects.bulk_create([call], ignore_conflicts=True)


def load(job: ImportJob, keys: list[str]) -> Iterator[tuple[str, Lesson]]:
    """Yield the stored lessons among these keys."""
    rows = ModelCall.objects.filter(
        user_id=job.user_id,
        purpose=PURPOSE,
        outcome=ModelCall.Outcome.DONE,
        request_hash__in=keys,
    )
    for key, text in rows.values_list("request_hash", "response").iterator(chunk_size=50):
        content = json.loads(text)
        yield (
            key,
            Lesson(
                parts_left=0,
                read=content["read"],
                rejected=Counter(content["rejected"]),
                candidates=[_candidate(each) for each in content["candidates"]],
            ),
        )


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _candidate(stored: Mapping[str, Any]) -> Candidate:
    fields = dict(stored)
    fields["valid_from"] = _time(fields["valid_from"])
    fields["evidence"] = tuple(
        Evidence(
            at=_time(each["at"]),
            conversation_id=uuid.UUID(each["conversation_id"]),
            message_id=each["message_id"],
            quote=each["quote"],
        )
        for each in fields["evidence"]
    )
    return Candidate(**fields)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
