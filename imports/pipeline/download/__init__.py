"""Download: the JSON parts of the export come into the job's spool folder, verified.

Of a ZIP only the directory and the members that hold conversations travel. An attempt that ends
early, for whatever reason, is picked up where it was: a plain part grows at its end, a packed one
is unpacked again from what has already travelled and compared with what is already written.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import F

from imports import faults
from imports.formats import Container, ExportFailure, Limits
from imports.formats.failures import TooLarge
from imports.models import ImportJob
from imports.object_path import ObjectPath
from imports.pipeline import spool
from imports.pipeline.download import hoard
from imports.pipeline.download.looking import look
from imports.pipeline.download.parts import compare, grow
from imports.pipeline.download.travel import Travel
from imports.ports import OpenObject, Ports, Progress

logger = logging.getLogger(__name__)

_COUNTS = (
    "read_part",
    "read_offset",
    "conversations_found",
    "conversations_stored",
    "conversations_unchanged",
    "skipped",
    "messages",
    "chunks",
    "bytes_done",
)


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Bring the parts of the export into the spool; what is there already stays.

    :raises ExportFailure: the file is none that we read, or too large
    :raises DiskFull: the spool has no room; it is emptied
    :raises BadObjectPath: the path leads to somebody else
    """
    folder = spool.folder_of(ports.spool, job.id)
    try:
        yield from _bring(job, ports, folder)
    except ExportFailure as failure:
        # One wrong bit on the way can look like anything: a fresh download will tell.
        if not hoard.forget_once(folder):
            raise
        logger.warning("job %s: %s, downloading again", job.id, failure.code)
        yield from _bring(job, ports, folder)


def _bring(job: ImportJob, ports: Ports, folder: Path) -> Iterator[Progress]:
    with ports.objects.open(_own_path(job)) as source:
        if source.size > settings.MAX_EXPORT_BYTES:
            raise TooLarge
        _begin(job, source)
        with spool.disk_full_ends(folder):
            spool.prepare(folder, etag=source.etag)
            yield from _fetch(job, source, folder)


def _own_path(job: ImportJob) -> str:
    """Give the path of the export, which every door has checked; here it is about to be read.

    :raises BadObjectPath: it leads to somebody else
    """
    buckets = settings.IMPORT_BUCKETS
    return str(ObjectPath.parse(job.storage_path, user_id=job.user_id, buckets=buckets))


def _begin(job: ImportJob, source: OpenObject) -> None:
    """Note which version of the object is read; for a new one, all counting starts anew."""
    changes: dict[str, Any] = {"source_etag": source.etag}
    if source.etag != job.source_etag:
        changes |= dict.fromkeys(_COUNTS, 0) | {"skipped_reasons": {}, "oddities": {}}
        changes["bytes_total"] = source.size
    with job.writing() as row:
        row.update(**changes)
    job.reload(*changes)


def _fetch(job: ImportJob, source: OpenObject, folder: Path) -> Iterator[Progress]:
    if spool.read_manifest(folder):
        with job.writing() as row:
            # The attempt that sealed it may have died before it could say so.
            row.update(bytes_done=F("bytes_total"))
        yield Progress(done=job.bytes_total, total=job.bytes_total, unit="bytes")
        return
    with ExitStack() as stack:
        file = source.file
        if not hoard.is_local(file):
            kept = hoard.open_hoard(file, size=source.size, folder=folder)
            file = stack.enter_context(kept)
        container = yield from look(file, size=source.size, limits=_limits(), folder=folder)
        _check_room(folder, container, is_kept_twice=file is not source.file)
        travel = Travel(job, container)
        yield travel.begin()
        yield from _copy_parts(container, source, file, folder, travel)
    spool.seal(
        folder, etag=source.etag, parts=len(container.parts), missing=container.missing
    )
    faults.hit("download.sealed")
    hoard.drop(folder)
    yield travel.end()


def _copy_parts(
    container: Container, source: OpenObject, file: BinaryIO, folder: Path, travel: Travel
) -> Iterator[Progress]:
    for number, part in enumerate(container.parts):
        path = spool.part_path(folder, number)
        if spool.part_path(folder, number + 1).exists():
            # It was complete and durable before the next one was begun. Looking at all of them
            # again would leave no time for more where there are very many.
            travel.pass_over(part)
            continue
        if container.kind == "json":
            # The object is the part: what was written needs no second copy to go on from.
            file = source.file
            written = grow(path, file, size=source.size)
        else:
            written = compare(path, container.read(part))
        yield travel.enter(part)
        with closing(written):
            for _ in written:
                if travel.is_due(file.tell()):
                    yield travel.note(file.tell())
        faults.hit("download.part_written")


def _check_room(folder: Path, container: Container, *, is_kept_twice: bool) -> None:
    unpacked = sum(part.size or part.stored_size for part in container.parts)
    packed = sum(part.stored_size for part in container.parts)
    is_kept_twice = is_kept_twice and container.kind != "json"
    spool.check_room(folder, needed=unpacked + (packed if is_kept_twice else 0))


def _limits() -> Limits:
    return Limits(
        max_unpacked_bytes=settings.MAX_UNPACKED_BYTES,
        max_conversation_bytes=settings.MAX_CONVERSATION_BYTES,
    )
