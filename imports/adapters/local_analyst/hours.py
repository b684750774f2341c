"""Says at which hours of the day a person writes, by the clock of their place if it is known."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from imports.ports import Statistics

_LEAST_MESSAGES = 20
_MOST = 0.6  # of all messages


def most_active(statistics: Statistics, *, place: str | None) -> str | None:
    """Name the shortest stretch of the day that holds most messages."""
    by_hour = statistics.by_hour
    total = sum(by_hour)
    if len(by_hour) != 24 or total < _LEAST_MESSAGES:
        return None
    for length in range(3, 13):
        sums = [
            sum(by_hour[(start + step) % 24] for step in range(length))
            for start in range(24)
        ]
        best = max(range(24), key=lambda start: (sums[start], -start))
        if sums[best] >= _MOST * total:
            return _told(best, best + length, place, statistics.last_at)
    return "spread over the whole day"


def load() -> None:
    """Look up the zones, once in a process: they lie in hundreds of files."""
    _zones()


def _told(first: int, last: int, place: str | None, at: datetime | None) -> str:
    zone = _zones().get((place or "").casefold().replace(" ", "_"))
    if zone is None:
        return f"mostly {first:02}:00-{last % 24:02}:00 UTC"
    offset = (at or datetime.now(UTC)).astimezone(ZoneInfo(zone)).utcoffset()
    shift = round(offset.total_seconds() / 3_600) if offset else 0
    return f"mostly {(first + shift) % 24:02}:00-{(last + shift) % 24:02}:00 in {place}"


@cache
def _zones() -> dict[str, str]:
    """Give the zones of the cities that name one; of two, none is meant."""
    found: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        region, _, city = zone.rpartition("/")
        if region in _REGIONS:
            found[city.casefold()] = "" if city.casefold() in found else zone
    return {city: zone for city, zone in found.items() if zone}


_REGIONS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"}
