"""How amounts are said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from imports import amounts


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, amounts.NOTHING),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (312_400_000, "312 MB"),
        (1_240_000_000, "1.2 GB"),
        (5_000_000_000_000_000, "5,000 TB"),
    ],
)
def test_a_size_has_the_unit_that_people_read(count: int, said: str) -> None:
    assert amounts.size(count) == said.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.016, "16 ms"),
        (9, "9.0 s"),
        (59, "59 s"),
        (75, "1 min 15 s"),
        (120, "2 min"),
        (3_900, "1 h 5 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, said: str) -> None:
    assert amounts.duration(seconds) == said


@pytest.mark.parametrize(
    ("microdollars", "said"),
    [(0, amounts.NOTHING), (12_300, "$0.0123"), (4_060_000, "$4.06"), (996_000, "$1.00")],
)
def test_small_sums_keep_their_digits(microdollars: int, said: str) -> None:
    assert amounts.money(microdollars) == said


@pytest.mark.parametrize(
    ("count", "unit", "said"),
    [(1, "calls", "1 call"), (3_914, "conversations", "3,914 conversations"), (7, "", "7")],
)
def test_a_count_agrees_with_its_unit(count: int, unit: str, said: str) -> None:
    assert amounts.counted(count, unit) == said


@pytest.mark.parametrize(
    ("count", "unit", "seconds", "said"),
    [
        (18, "calls", 74, "14.6/min"),
        (3_914, "conversations", 41, "95/s"),
        (312_400_000, "bytes", 14, "22.3\u00a0MB/s"),
        (5, "calls", 0, amounts.NOTHING),
    ],
)
def test_a_speed_is_never_a_round_zero(
    count: int, unit: str, seconds: float, said: str
) -> None:
    assert amounts.speed(count, unit, timedelta(seconds=seconds)) == said
