"""Takes a file in: puts it where an import will find it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.conf import settings

from imports import wiring


def store(*, user_id: uuid.UUID, filename: str, blocks: Iterable[bytes]) -> str:
    """Store a file of a person under a new name; give its ``storage_path``.

    The name is new each time: what was stored once is never written over.
    """
    path = (
        f"{settings.IMPORT_BUCKETS[0]}/{user_id}/{uuid.uuid4().hex[:12]}-{_plain(filename)}"
    )
    wiring.ports().objects.put(path, blocks)
    return path


def _plain(filename: str) -> str:
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")
    return stem[-100:] or "export"
