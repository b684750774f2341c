from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from imports.formats.times import read_time

MOMENT = datetime(2025, 6, 21, 20, 24, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1_750_537_482,
        1_750_537_482.0,
        "1750537482",
        1_750_537_482_000,
        1_750_537_482_000_000,
        1_750_537_482_000_000_000,
        "2025-06-21T20:24:42Z",
        "2025-06-21T22:24:42+02:00",
        "2025-06-21 20:24:42",
        {"$date": "2025-06-21T20:24:42Z"},
        {"$date": {"$numberLong": "1750537482000"}},
    ],
)
def test_a_moment_is_read_in_every_form_it_was_seen_in(value: Any) -> None:
    assert read_time(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [None, 0, True, -1, 12, 10**18 * 9, 10**400, "10" * 400, float("nan"), float("inf"),
     "", "soon", "0001-01-01T00:00:00+14:00", [], {}, {"$date": {}}, {"$date": {"$date": 1}}],
)  # fmt: skip
def test_what_is_no_moment_is_none_and_no_crash(value: Any) -> None:
    assert read_time(value) is None
