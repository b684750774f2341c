"""Reads what staff type to find imports: an id, the beginning of one, or a piece of a path."""

from __future__ import annotations

import re
import uuid

from django.db.models import Q

_HEX = re.compile(r"[0-9a-f]{1,32}")


def imports_named(term: str) -> Q:
    """Read a whole id or the beginning of one as such, and anything else as a piece of a path."""
    digits = term.lower().replace("-", "")
    piece = Q(storage_path__icontains=term)
    if not _HEX.fullmatch(digits):
        return piece
    first, last = (uuid.UUID(digits.ljust(32, filler)) for filler in "0f")
    named = Q(id__range=(first, last)) | Q(user_id__range=(first, last))
    return named if len(digits) == 32 else named | piece
