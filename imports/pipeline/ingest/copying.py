"""Writes rows with binary COPY, the fastest way into PostgreSQL.

3 to 5 times the rate of ``bulk_create`` and a tenth of its client time; ids are made here, so
nothing has to come back.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg import sql
from psycopg.types.json import Jsonb

from imports.models import ImportJob
from imports.pipeline.ingest.rows import Prepared

_CONVERSATION = {
    "id": "uuid",
    "user_id": "uuid",
    "job_id": "uuid",
    "provider": "varchar",
    "source_id": "text",
    "title": "text",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
    "models_used": "jsonb",
    "message_count": "int4",
    "user_message_count": "int4",
    "richness": "float8",
    "topic_bucket": "int2",
    "is_remembered": "bool",
    "content_hash": "bytea",
    "transcript": "text",
    "shown_length": "int4",
    "spans": "jsonb",
}
_CHUNK = {
    "user_id": "uuid",
    "conversation_id": "uuid",
    "tier": "varchar",
    "start": "int4",
    "end": "int4",
    "embedding_space": "varchar",
}


def copy_conversations(batch: Iterable[Prepared], *, job: ImportJob) -> None:
    """Store new conversations; none of them may be there already."""
    copy_rows("imports_conversation", _CONVERSATION, (_row(item, job) for item in batch))


def copy_chunks(batch: Iterable[Prepared], *, user_id: uuid.UUID) -> None:
    """Store the spans of new conversations, without vectors."""
    copy_rows(
        "imports_chunk",
        _CHUNK,
        (
            (user_id, item.id, tier.value, start, end, "")
            for item in batch
            for tier, start, end in item.chunks
        ),
    )


def copy_rows(table: str, columns: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows, given as values in the order of ``columns`` (name -> PostgreSQL type)."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)


def _row(item: Prepared, job: ImportJob) -> tuple[Any, ...]:
    source, transcript = item.source, item.transcript
    return (
        item.id,
        job.user_id,
        job.id,
        source.provider,
        source.source_id,
        source.title,
        source.created_at,
        source.updated_at,
        Jsonb(list(source.models)),
        len(source.messages),
        item.user_messages,
        item.richness.value,
        item.richness.bucket,
        source.is_remembered,
        source.content_hash,
        transcript.text,
        transcript.shown_length,
        Jsonb(transcript.spans, dumps=_compact),
    )


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
