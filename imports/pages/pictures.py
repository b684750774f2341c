"""Turns counts into pictures: places and sizes for templates that write them down as SVG.

Each picture carries its numbers as a sentence, for whoever cannot see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from imports import amounts

_WIDTH, _HEIGHT = 640, 150
_EDGE = 12
_TICK = 72  # a year and the space beside it, where a telephone sets it large
_MOST_BARS = 96  # months; eight years


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar and what it says; all numbers in the picture's own unit."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    tick: str = ""  # what stands below it

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def anchor(self) -> str:
        """Say which part of the tick stands in the middle: none may begin left of the picture."""
        return "start" if self.x < _EDGE else "middle"

    @property
    def tick_x(self) -> float:
        return self.x if self.anchor == "start" else self.middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    name: str
    title: str
    sentence: str
    bars: tuple[Bar, ...]
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A named part of a whole; ``width`` is in hundredths of it."""

    name: str
    width: float
    value: str


def over_time(by_month: Mapping[str, int]) -> Picture | None:
    """Draw the conversations of every month from the first to the last."""
    if not by_month:
        return None
    months = _all_months(min(by_month), max(by_month))[-_MOST_BARS:]
    counts = [by_month.get(month, 0) for month in months]
    busiest = max(months, key=lambda month: by_month.get(month, 0))
    return Picture(
        name="months",
        title="Conversations over time",
        sentence=_over_time(months, counts, most=f"{by_month[busiest]:,}", busiest=busiest),
        bars=_bars(
            counts,
            labels=[_said(month) for month in months],
            ticks=_year_ticks(months),
            unit="conversations",
        ),
    )


def _over_time(
    months: Sequence[str], counts: Sequence[int], *, most: str, busiest: str
) -> str:
    if len(months) == 1:
        return f"{amounts.counted(sum(counts), 'conversations')}, all in {_said(busiest)}."
    return (
        f"{sum(counts):,} conversations from {_said(months[0])} to {_said(months[-1])}; "
        f"most, {most}, in {_said(busiest)}."
    )


def by_hour(counts: Sequence[int]) -> Picture | None:
    """Draw at which hours of the day the person wrote."""
    if not any(counts):
        return None
    busiest = max(range(24), key=lambda hour: counts[hour])
    return Picture(
        name="hours",
        title="Active hours",
        sentence=f"{amounts.counted(sum(counts), 'messages')} by the hour of the day, in UTC; most, "
        f"{counts[busiest]:,}, between {busiest}:00 and {busiest + 1}:00.",
        bars=_bars(
            counts,
            labels=[f"{hour}:00 to {hour + 1}:00 UTC" for hour in range(24)],
            ticks=[f"{hour} h" if hour % 6 == 0 else "" for hour in range(24)],
            unit="messages",
        ),
    )


def shares(counts: Mapping[str, int], *, whole: int, unit: str) -> tuple[Share, ...]:
    """Set named amounts against a whole."""
    return tuple(
        Share(
            name=name,
            width=round(100 * count / whole, 1) if whole else 0.0,
            value=amounts.counted(count, unit),
        )
        for name, count in counts.items()
    )


def _bars(
    counts: Sequence[int], *, labels: Sequence[str], ticks: Sequence[str], unit: str
) -> tuple[Bar, ...]:
    step = _WIDTH / max(len(counts), 6)
    left = (_WIDTH - step * len(counts)) / 2
    gap = min(4.0, step * 0.2)
    most = max(counts) or 1
    bars = []
    for place, count in enumerate(counts):
        height = max(round(_HEIGHT * count / most, 1), 2.0 if count else 0.0)
        bars.append(
            Bar(
                x=round(left + place * step + gap / 2, 1),
                y=round(_HEIGHT - height, 1),
                width=round(step - gap, 1),
                height=height,
                label=labels[place],
                value=amounts.counted(count, unit),
                tick=ticks[place],
            )
        )
    return tuple(bars)


def _all_months(first: str, last: str) -> list[str]:
    begin, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(begin, end + 1)]


_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _said(month: str) -> str:
    return f"{_NAMES[int(month[5:]) - 1]} {month[:4]}"


def _year_ticks(months: Sequence[str]) -> list[str]:
    """Name each year once: below its January, or below the first month of all."""
    ticks = [month[:4] if month.endswith("-01") else "" for month in months]
    beside = ceil(_TICK * max(len(months), 6) / _WIDTH)
    if months and not any(ticks[:beside]):
        ticks[0] = months[0][:4]
    return ticks
