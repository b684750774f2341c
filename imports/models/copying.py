"""COPY in and out of the database, failing as every other statement does.

Django puts the errors of a statement into its own words, but not those of a COPY: a database that
goes away in the middle of one would look like a bug of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import Copy, sql


@contextmanager
def copying(
    statement: str | sql.Composed, values: Sequence[Any] | Mapping[str, Any] | None = None
) -> Iterator[Copy]:
    """Run a COPY statement; rows or bytes go through what is given.

    :raises django.db.Error: as any statement would
    """
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement, values) as copy,
    ):
        yield copy
