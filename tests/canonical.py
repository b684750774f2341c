"""What an import leaves behind, without what may differ between two equal runs."""

from __future__ import annotations

import uuid
from typing import Any

from imports.models import Chunk, Conversation, Fact, ImportJob, Soulprint

_NONE: frozenset[str] = frozenset()
_VOLATILE = {"stored_at", "created_at", "job_id", "user_id", "id", "superseded_by_id"}


def dump(user_id: uuid.UUID) -> dict[str, list[Any]]:
    """Give all rows of a user in a fixed order, free of ids and of times of writing."""
    return {
        "conversations": _rows(Conversation, user_id, keep=frozenset({"created_at"})),
        "chunks": sorted(
            (str(source), tier, start, end, tuple(vector) if vector else None)
            for source, tier, start, end, vector in Chunk.objects.filter(
                user_id=user_id
            ).values_list("conversation__source_id", "tier", "start", "end", "embedding")
        ),
        "facts": _rows(Fact, user_id, drop=frozenset({"evidence"})),
        "soulprints": _rows(Soulprint, user_id),
        "counts": [
            {
                **job.counts(),
                "skipped_reasons": job.skipped_reasons,
                "oddities": job.oddities,
            }
            for job in ImportJob.objects.of_user(user_id).order_by("created_at")
        ],
    }


def _rows(
    model: Any,
    user_id: uuid.UUID,
    *,
    keep: frozenset[str] = _NONE,
    drop: frozenset[str] = _NONE,
) -> list[str]:
    rows = model.objects.filter(user_id=user_id).values()
    hidden = (_VOLATILE - keep) | drop
    return sorted(
        repr({key: _plain(value) for key, value in row.items() if key not in hidden})
        for row in rows
    )


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value
