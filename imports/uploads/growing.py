"""Lets a file grow piece by piece: one writer at a time, each piece durable before it is counted.

The row says how much has come; the draft in the store may be longer after a crash, and what lies
behind is dropped with the next piece.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Now

from imports import amounts, wiring
from imports.errors import ObjectMissing
from imports.models import ExpectedFile, ImportJob, Upload
from imports.ports import DraftStore
from imports.uploads.pieces import Piece
from imports.uploads.refusals import (
    ChecksumMismatch,
    FileTooLarge,
    PieceTooLong,
    TooManyUploads,
    UploadBusy,
    UploadGone,
    UploadInUse,
    UploadRefused,
    UploadsElsewhere,
    WrongOffset,
)
from imports.uploads.storing import new_path

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(hours=24)
MOST_AT_A_TIME = 10  # uploads of one person that wait for a piece, or to be imported
# A writer of whom nothing was heard for so long has lost its connection.
LEASE = timedelta(seconds=15)
_RENEW_SECONDS = 3.0


def begin(
    *,
    user_id: uuid.UUID,
    filename: str,
    size: int,
    requested_by: str,
    metadata: str = "",
) -> Upload:
    """Make room for a file of so many bytes.

    :param metadata: what the client wants to be told of it again
    :raises FileTooLarge: no export may be so large
    :raises TooManyUploads: the person's quota is used up
    :raises UploadsElsewhere: the wired store takes files by itself
    :raises DiskFull: there is no room for it
    """
    store = drafts()
    if size > settings.MAX_EXPORT_BYTES:
        most = amounts.size(settings.MAX_EXPORT_BYTES)
        raise FileTooLarge(f"At most {most} can be imported.")
    with transaction.atomic():
        _refuse_beyond_quota(user_id, size)
        upload = Upload.objects.create(
            user_id=user_id,
            filename=filename[-255:],
            metadata=metadata,
            storage_path=new_path(user_id=user_id, filename=filename),
            bytes_total=size,
            requested_by=requested_by,
            expires_at=Now() + KEPT_FOR,
        )
    try:
        store.begin(str(upload.id), size=size)
    except BaseException:
        upload.delete()
        raise
    upload.refresh_from_db()
    return upload


def find(upload_id: uuid.UUID, *, user_id: uuid.UUID | None) -> Upload:
    """Give an upload that can go on, or is whole; of anybody when no user is named.

    :raises UploadGone: there is none, or it is not this user's
    """
    uploads = Upload.objects.fresh().filter(id=upload_id)
    upload = (uploads.of_user(user_id) if user_id else uploads).first()
    if upload is None or not (upload.finished_at or drafts().has(str(upload.id))):
        raise UploadGone
    return upload


def write(upload: Upload, piece: Piece) -> Upload:
    """Add a piece; what came of it before the connection broke counts, unless it has a checksum.

    :raises WrongOffset: it does not begin where the last one ended
    :raises UploadBusy: another one is being written
    :raises PieceTooLong: it is longer than what is missing
    :raises ChecksumMismatch: it did not arrive as it was sent
    :raises UploadGone: the upload was removed meanwhile
    :raises DiskFull: there is no room for it
    """
    if piece.start + piece.length > upload.bytes_total:
        raise PieceTooLong
    if upload.finished_at and piece.start == upload.bytes_total:
        return (
            upload  # the last answer was lost, and the client sends what is left: nothing
        )
    writer = _claim(upload, piece)
    try:
        end = _grow(upload, piece, writer)
    except BaseException:
        _release(writer, bytes_done=piece.start)
        raise
    if not _release(writer, bytes_done=end, is_whole=end == upload.bytes_total):
        if not Upload.objects.filter(id=upload.id).exists():
            _remove(upload)  # given up while its last piece was written
        raise _reason(upload, piece)
    upload.refresh_from_db()
    return upload


def discard(upload: Upload) -> None:
    """Give an upload up, with all that has come of it.

    :raises UploadInUse: an import was started with it
    """
    if ImportJob.objects.filter(storage_path=upload.storage_path).exists():
        raise UploadInUse
    Upload.objects.filter(id=upload.id).delete()
    _remove(upload)
    logger.info("upload %s: given up", upload.id)


def forget(user_id: uuid.UUID) -> None:
    """Remove every upload of a person, and the bytes of it; what may still come is not wanted."""
    ExpectedFile.objects.of_user(user_id).update(is_unwanted=True)
    if not Upload.objects.of_user(user_id).exists():
        return
    for upload in Upload.objects.of_user(user_id).iterator():
        Upload.objects.filter(id=upload.id).delete()
        _remove(upload)


def drafts() -> DraftStore:
    """Give the store in which uploads grow.

    :raises UploadsElsewhere: the wired store takes files by itself
    """
    objects = wiring.ports().objects
    if not isinstance(objects, DraftStore):
        raise UploadsElsewhere
    return objects


def _remove(upload: Upload) -> None:
    drafts().discard(str(upload.id))
    wiring.ports().objects.delete(upload.storage_path)


def _refuse_beyond_quota(user_id: uuid.UUID, size: int) -> None:
    with connection.cursor() as cursor:
        # The second of two beginnings counts the first one.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"upload {user_id}"])
    waiting = Upload.objects.of_user(user_id).fresh()
    imported = ImportJob.objects.of_user(user_id).values("storage_path")
    waiting = waiting.exclude(storage_path__in=imported)
    on_their_way = waiting.aggregate(total=Sum("bytes_total"))["total"] or 0
    if on_their_way + size > settings.UPLOAD_QUOTA_BYTES or (
        waiting.count() >= MOST_AT_A_TIME
    ):
        raise TooManyUploads


def _claim(upload: Upload, piece: Piece) -> uuid.UUID:
    """Take the sole right to write the next piece."""
    writer = uuid.uuid4()
    claimed = Upload.objects.free_at(piece.start).filter(id=upload.id)
    if not claimed.update(writer=writer, writer_until=Now() + LEASE):
        raise _reason(upload, piece)
    return writer


def _reason(upload: Upload, piece: Piece) -> UploadRefused:
    """Say why a piece was not taken, from what the row holds now."""
    now = Upload.objects.fresh().filter(id=upload.id).first()
    if now is None:
        return UploadGone()
    return UploadBusy() if now.bytes_done == piece.start else WrongOffset()


def _grow(upload: Upload, piece: Piece, writer: uuid.UUID) -> int:
    summed = piece.sum()

    def checked() -> Iterator[bytes]:
        renewed_at = time.monotonic()
        for block in piece.blocks:
            if time.monotonic() - renewed_at > _RENEW_SECONDS:
                if not _renew(writer):
                    raise _reason(upload, piece)
                renewed_at = time.monotonic()
            if summed is not None:
                summed.update(block)
            yield block

    draft = str(upload.id)
    try:
        end = drafts().grow(draft, start=piece.start, blocks=checked())
        if not piece.is_proved_by(summed):
            raise ChecksumMismatch
        if end == upload.bytes_total:
            if not _renew(writer):
                raise _reason(upload, piece)
            drafts().publish(draft, upload.storage_path)
    except ObjectMissing as error:
        raise UploadGone from error
    return end


def _renew(writer: uuid.UUID) -> bool:
    held = Upload.objects.written_by(writer)
    return bool(held.update(writer_until=Now() + LEASE, expires_at=Now() + KEPT_FOR))


def _release(writer: uuid.UUID, *, bytes_done: int, is_whole: bool = False) -> bool:
    """Count what is durable and give the right to write back; False if it was lost."""
    released = Upload.objects.written_by(writer).update(
        bytes_done=bytes_done,
        finished_at=Now() if is_whole else None,
        expires_at=Now() + KEPT_FOR,
        writer=None,
        writer_until=None,
    )
    return bool(released)
