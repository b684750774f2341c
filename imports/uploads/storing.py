"""Stores a file that comes in one go, and makes up the names under which files are stored."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.conf import settings

from imports import wiring

_HEAD, _TAIL = 70, 27  # characters that are kept of a name, with what it ends on


def store(*, user_id: uuid.UUID, filename: str, blocks: Iterable[bytes]) -> str:
    """Store a file of a person under a new name; give its ``storage_path``."""
    path = new_path(user_id=user_id, filename=filename)
    wiring.ports().objects.put(path, blocks)
    return path


def new_path(*, user_id: uuid.UUID, filename: str) -> str:
    """Make up a name that is new each time: what was stored once is never written over."""
    name = f"{uuid.uuid4().hex[:12]}-{_plain(filename)}"
    return f"{settings.IMPORT_BUCKETS[0]}/{user_id}/{name}"


def _plain(filename: str) -> str:
    name = PurePosixPath(filename.replace("\\", "/")).name
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")
    if len(stem) > _HEAD + _TAIL:
        stem = f"{stem[:_HEAD]}---{stem[-_TAIL:]}"
    return stem or "export"
