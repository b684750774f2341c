"""What goes wrong in a COPY looks like what goes wrong in any other statement."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, transaction

from imports.models.copying import copying


def _copy(rows: list[Any]) -> None:
    with transaction.atomic(), copying("COPY imports_alert (kind) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row() if callable(row) else row])


@pytest.mark.django_db
def test_a_row_that_does_not_fit_is_an_error_of_data() -> None:
    with pytest.raises(DataError):
        _copy(["x" * 21])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_in_the_middle_is_no_bug() -> None:
    with pytest.raises(OperationalError):
        _copy(["first", _die, *["x"] * 10_000])

    connection.close()


def _die() -> str:
    other = connection.copy()
    with other.cursor() as cursor:
        dead = connection.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s)", [dead])
    other.close()
    return "last"
