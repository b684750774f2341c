"""Ingest: one pass over the spooled parts; every conversation becomes rows, or a counted reason.

A batch of conversations, the counts and the place behind its last record are one transaction, so
the stage goes on exactly where its last commit was, and found = stored + unchanged + skipped holds
at every moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from django.conf import settings

from imports.errors import StageMissing
from imports.formats import (
    Conversation,
    Limits,
    Position,
    Record,
    Skipped,
    read_conversations,
)
from imports.models import ImportJob, StageName
from imports.pipeline import spool
from imports.pipeline.ingest.batches import store
from imports.pipeline.ingest.rows import Prepared, prepare
from imports.ports import Ports, Progress

# A batch is a transaction: large enough that its overhead vanishes, small enough that it takes
# well under a second and one conversation more never matters to memory.
BATCH_CHARACTERS = 1_000_000
BATCH_RECORDS = 200

Batch = list[Prepared | Skipped]


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Store what the spool holds.

    :raises StageMissing: the spool of this job is not on this machine
    :raises PermanentFailure: what was read until then is stored; the rest cannot be read
    """
    parts = spool.parts_of(ports.spool, job.id)
    if parts is None:
        raise StageMissing(StageName.DOWNLOAD)
    sizes = [path.stat().st_size for path in parts]
    begins = [0, *accumulate(sizes)]
    # Never the attempt: what this process claimed is its fencing token.
    job.reload("read_part", "read_offset")
    start = Position(part=job.read_part, offset=job.read_offset)
    records = read_conversations(parts, limits=limits(), start=start)
    for batch in _batches(records, job):
        end = batch[-1].position
        store(job, batch, end=end)
        yield Progress(done=begins[end.part] + end.offset, total=begins[-1], unit="bytes")
    spool.remove(ports.spool, job.id)


def limits() -> Limits:
    """What this installation accepts, as the reader wants to know it."""
    return Limits(
        max_unpacked_bytes=settings.MAX_UNPACKED_BYTES,
        max_conversation_bytes=settings.MAX_CONVERSATION_BYTES,
    )


def _batches(records: Iterable[Record], job: ImportJob) -> Iterator[Batch]:
    """Group records; what came before a failure of the reader is handed out before it."""
    batch: Batch = []
    characters = 0
    reading = iter(records)
    while True:
        try:
            record = next(reading, None)
        except Exception:
            if batch:
                yield batch
            raise
        if record is None:
            break
        ready = _ready(record, job)
        batch.append(ready)
        characters += 0 if isinstance(ready, Skipped) else len(ready.transcript.text)
        if characters >= BATCH_CHARACTERS or len(batch) >= BATCH_RECORDS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _ready(record: Conversation | Skipped, job: ImportJob) -> Prepared | Skipped:
    return record if isinstance(record, Skipped) else prepare(record, job)
