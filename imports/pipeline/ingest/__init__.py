"""Ingest: one pass over the spooled parts; every conversation becomes rows, or a counted reason.

A batch of conversations, the counts and the place behind its last record are one transaction, so
the stage goes on exactly where its last commit was, and found = stored + unchanged + skipped holds
at every moment.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import accumulate

from django.conf import settings

from imports.errors import StageMissing
from imports.formats import (
    START,
    Conversation,
    Limits,
    Position,
    Record,
    Skipped,
    read_conversations,
)
from imports.formats.failures import NoMessages
from imports.models import ImportJob, StageName
from imports.pipeline import spool
from imports.pipeline.ingest.batches import begin_receipt, store
from imports.pipeline.ingest.rows import Prepared, prepare
from imports.ports import Ports, Progress

# A batch is a transaction: large enough that its overhead vanishes, small enough that it takes
# well under a second and one conversation more never matters to memory.
BATCH_BYTES = 8_000_000
BATCH_RECORDS = 800
SWITCH_SECONDS = 0.0005

Batch = list[Prepared | Skipped]


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Store what the spool holds.

    :raises StageMissing: the spool of this job is not on this machine
    :raises PermanentFailure: what was read until then is stored; the rest cannot be read
    :raises NoMessages: all was read, and there was nothing said in it
    """
    parts = spool.parts_of(ports.spool, job.id)
    if parts is None:
        raise StageMissing(StageName.DOWNLOAD)
    sizes = [path.stat().st_size for path in parts]
    begins = [0, *accumulate(sizes)]
    # Never the attempt: what this process claimed is its fencing token.
    job.reload("read_part", "read_offset")
    start = Position(part=job.read_part, offset=job.read_offset)
    if start == START:
        begin_receipt(job)
    job.reload("reading_since")
    records = read_conversations(parts, limits=limits(), start=start)
    with closing(_ahead(_batches(records, job))) as batches:
        for batch in batches:
            end = batch[-1].position
            store(job, batch, end=end)
            done = begins[end.part] + end.offset
            yield Progress(done=done, total=begins[-1], unit="bytes")
    _check_messages(job)
    spool.remove(ports.spool, job.id)


def limits() -> Limits:
    """What this installation accepts, as the reader wants to know it."""
    return Limits(
        max_unpacked_bytes=settings.MAX_UNPACKED_BYTES,
        max_conversation_bytes=settings.MAX_CONVERSATION_BYTES,
    )


def _check_messages(job: ImportJob) -> None:
    """Judge by the whole job: the attempt that ends it may have seen only the last record."""
    job.reload("conversations_found", "messages")
    if job.conversations_found and not job.messages:
        raise NoMessages


def _ahead(batches: Iterator[Batch]) -> Generator[Batch]:
    """Read on in a thread while a batch is being stored, one batch ahead and no further.

    The thread needs no database; everything that does stays where the lease is looked after.
    Behind a huge conversation nothing is read ahead: one of them in memory is enough.
    """
    with _eager_threads(), ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        batch = reader.submit(next, batches, None).result()
        while batch is not None:
            if _bytes_of(batch) > 1.5 * BATCH_BYTES:
                yield batch
                batch = reader.submit(next, batches, None).result()
            else:
                pending = reader.submit(next, batches, None)
                yield batch
                batch = pending.result()


@contextmanager
def _eager_threads() -> Iterator[None]:
    """Let a thread that has waited for the database go on soon.

    By default it waits up to 5 ms for one that computes, at each of some twenty steps a batch.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _batches(records: Iterable[Record], job: ImportJob) -> Iterator[Batch]:
    """Group records; what came before a failure of the reader is handed out before it."""
    batch: Batch = []
    size = 0
    reading = iter(records)
    while True:
        try:
            ready = _next_ready(reading, job)
        except Exception:
            if batch:
                yield batch
            raise
        if ready is None:
            break
        if batch and _bytes_of([ready]) > BATCH_BYTES:
            yield batch  # one that is huge comes alone
            batch, size = [], 0
        batch.append(ready)
        size += _bytes_of([ready])
        if size >= BATCH_BYTES or len(batch) >= BATCH_RECORDS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _bytes_of(batch: Batch) -> int:
    return sum(len(each.transcript) for each in batch if isinstance(each, Prepared))


def _next_ready(records: Iterator[Record], job: ImportJob) -> Prepared | Skipped | None:
    # The record is let go here: a large one is not kept while the next one is decoded.
    record = next(records, None)
    return prepare(record, job) if isinstance(record, Conversation) else record
