"""Cuts the conversations of a person into slices of about a thousand, by their ids.

Ids are hashes, so equal ranges of ids hold equally many conversations; a query over one slice is
short whatever the size of the history.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db import connection

from imports.models import Conversation

PER_SLICE = 1_000
_LAST = 2**128 - 1


def id_ranges(
    count: int, *, per_slice: int = PER_SLICE
) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    """Yield the first and the last id of each slice of ``count`` conversations."""
    slices = count // per_slice + 1
    borders = [_LAST * n // slices for n in range(slices + 1)]
    for low, high in pairwise(borders):
        yield uuid.UUID(int=low + (low > 0)), uuid.UUID(int=high)


def rows_by_slice(sql: str, *, user_id: uuid.UUID) -> Iterator[list[tuple[Any, ...]]]:
    """Run a query on ``imports_conversation c`` with the conditions ``{slice}`` once per slice.

    Gives the rows of each. Conversations that the person asked not to remember are in no slice.
    """
    sql = sql.format(slice="c.user_id = %s AND c.is_remembered AND c.id BETWEEN %s AND %s")
    count = Conversation.objects.filter(user_id=user_id).count()
    for low, high in id_ranges(count):
        with connection.cursor() as cursor:
            cursor.execute(sql, (user_id, low, high))
            yield cursor.fetchall()
