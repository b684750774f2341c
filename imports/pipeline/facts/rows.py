"""Stores an account of facts in place of the one before.

The account is whole: what the chosen model has not read was read by another, or is known from an
earlier import. So nothing that was learned before from the same messages is lost by replacing it.
"""

from __future__ import annotations

import uuid

from imports.models import Fact, ImportJob
from imports.models.results import BY_PEOPLE
from imports.pipeline.facts.learned import Learned
from imports.pipeline.facts.reading import Reading
from imports.ports import Ports

BATCH = 500


def store(job: ImportJob, ports: Ports, account: list[Learned], reading: Reading) -> None:
    """Replace the facts of the person and count them on the job, in one transaction."""
    engine = ports.language_model.engine
    with job.writing() as row:
        mine = Fact.objects.filter(user_id=job.user_id)
        rejected = set(
            mine.filter(superseded_reason__in=BY_PEOPLE).values_list("id", flat=True)
        )
        mine.exclude(id__in=rejected).delete()
        rows = [
            _row(fact, job, engine, rejected) for fact in account if fact.id not in rejected
        ]
        Fact.objects.bulk_create(rows, batch_size=BATCH)
        oddities = row.values_list("oddities", flat=True).get()
        row.update(
            facts=mine.current(job.user_id).count(),
            oddities=_receipt(oddities, reading),
        )


def _receipt(oddities: dict[str, int], reading: Reading) -> dict[str, int]:
    """Put what was read and what was rejected beside what ingest found odd."""
    others = {
        name: n
        for name, n in oddities.items()
        if not name.startswith(("facts_", "messages_read"))
    }
    rejected = {f"facts_{reason}": n for reason, n in sorted((+reading.rejected).items())}
    return {
        **others,
        "messages_read": reading.read,
        "messages_unread": max(0, reading.total - reading.read),
        **{f"messages_read_{how}": n for how, n in sorted((+reading.taken_over).items())},
        **rejected,
    }


def _row(fact: Learned, job: ImportJob, engine: str, rejected: set[uuid.UUID]) -> Fact:
    by = fact.superseded_by
    is_superseded = by is not None and by.id not in rejected
    return Fact(
        id=fact.id,
        user_id=job.user_id,
        job=job,
        category=fact.category,
        slot=fact.slot,
        statement=fact.statement,
        value=fact.value,
        kind=fact.kind,
        basis=fact.basis,
        confidence=fact.confidence,
        first_seen_at=fact.first_seen_at,
        last_seen_at=fact.last_seen_at,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        superseded_by_id=by.id if by and is_superseded else None,
        superseded_reason=fact.superseded_reason if is_superseded else "",
        evidence=[
            {
                "conversation_id": str(each.conversation_id),
                "message_id": each.message_id,
                "at": each.at.isoformat() if each.at else None,
                "quote": each.quote,
            }
            for each in fact.shown_evidence
        ],
        engine=fact.engine or engine,
    )
