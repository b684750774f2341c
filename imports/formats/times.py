"""Read the times of an export: seconds, milliseconds, ISO text, even Mongo's wrapping."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

_EARLIEST = 946_684_800.0  # 2000
_LATEST = 4_102_444_800.0  # 2100
_MOST = 1e19
# From this many on, a number counts smaller units than seconds.
_SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


def read_time(value: Any) -> datetime | None:
    """Give the moment in UTC; None for whatever is not one between 2000 and 2100."""
    if type(value) is float and _EARLIEST <= value < _LATEST:
        return datetime.fromtimestamp(value, UTC)
    match value:
        case None | bool():
            return None
        case int() | float():
            return _from_number(value)
        case str():
            return _from_text(value.strip())
        case {"$date": {"$numberLong": inner}} | {"$date": inner}:
            return read_time(inner) if not isinstance(inner, dict) else None
        case {"$numberLong": str(inner)}:
            return _from_text(inner)
    return None


def _from_number(number: float) -> datetime | None:
    if number > _MOST:
        return None
    for least, unit in _SCALES:
        if number > least:
            number /= unit
            break
    if not _EARLIEST <= number < _LATEST:
        return None
    return datetime.fromtimestamp(number, UTC)


def _from_text(text: str) -> datetime | None:
    try:
        return _from_number(float(text))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if _EARLIEST <= moment.timestamp() < _LATEST else None
