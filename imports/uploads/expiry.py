"""Removes uploads that nobody goes on with, and whole ones that nobody imports."""

from __future__ import annotations

import logging
import uuid

from imports import wiring
from imports.errors import Failure, StorageRejected
from imports.models import ExpectedFile, ImportJob, Upload
from imports.ports import DraftStore, ObjectStore
from imports.uploads.growing import KEPT_FOR

logger = logging.getLogger(__name__)

_MOST_AT_ONCE = 200  # files elsewhere, each of which costs a request


def remove_expired() -> int:
    """Remove what has run out; give how many that were. May be repeated, anywhere."""
    objects = wiring.ports().objects
    _remove_unwelcome(objects)
    if not isinstance(objects, DraftStore):
        return 0
    removed = sum(_remove(upload, objects) for upload in Upload.objects.expired())
    _remove_strays(objects)
    return removed


def _remove_unwelcome(objects: ObjectStore) -> None:
    """Remove what was sent straight to the store by somebody erased since, or is not imported."""
    for file in ExpectedFile.objects.unwelcome().order_by("expires_at")[:_MOST_AT_ONCE]:
        try:
            if not ImportJob.objects.filter(storage_path=file.storage_path).exists():
                objects.delete(file.storage_path)
        except Failure as failure:
            logger.warning("what nobody wants stays in the store: %s", failure.code)
            if isinstance(failure, StorageRejected):
                continue  # that one only
            return  # the next look begins here
        ExpectedFile.objects.over().filter(storage_path=file.storage_path).delete()


def _remove(upload: Upload, store: DraftStore) -> bool:
    """Remove one; the row goes last, since it alone knows where the bytes lie."""
    store.discard(str(upload.id))
    if not ImportJob.objects.filter(storage_path=upload.storage_path).exists():
        wiring.ports().objects.delete(upload.storage_path)
    logger.info("upload %s: %s bytes, run out", upload.id, upload.bytes_done)
    gone, _ = Upload.objects.filter(id=upload.id).delete()
    return bool(gone)


def _remove_strays(store: DraftStore) -> None:
    """Remove drafts without a row: their upload went while a piece was being written."""
    for draft in store.drafts(older_than_seconds=KEPT_FOR.total_seconds()):
        if not Upload.objects.filter(id=uuid.UUID(draft)).exists():
            store.discard(draft)
