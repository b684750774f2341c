"""Reads the date that a clause gives for what it says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_FULL = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?\b")
_NAMED = re.compile(
    rf"\b({'|'.join(_MONTHS)})(?: (\d{{1,2}})(?:st|nd|rd|th)?,?)?(?:,? (?:of )?((?:19|20)\d\d))?\b",
    re.I,
)
_YEAR = re.compile(
    r"\b(?:in|since|from|back in|summer|spring|fall|autumn|winter|early|late|of) "
    r"((?:19|20)\d\d)\b",
    re.I,
)
_AGO = re.compile(
    r"\b(a|an|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}|a couple of|a few) "
    r"(day|week|month|year)s? ago\b",
    re.I,
)
_NEAR = re.compile(
    r"\b(last|this|next) (week|month|year)\b|\b(yesterday|today|tomorrow)\b", re.I
)
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a couple of": 2,
}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_STEPS = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}


def said_date(text: str, at: datetime | None) -> str | None:
    """Give the date that a text names, as exact as it is said (YYYY, YYYY-MM or YYYY-MM-DD)."""
    return _absolute(text, at) or (_relative(text, at) if at else None)


def _absolute(text: str, at: datetime | None) -> str | None:
    if found := _FULL.search(text):
        return found.group().rstrip("-")
    if found := _NAMED.search(text):
        year = found[3] or _year_of(found[1], at)
        if year and (found[1][0].isupper() or found[3]):
            day = f"-{int(found[2]):02}" if found[2] and 1 <= int(found[2]) <= 31 else ""
            return f"{year}-{_MONTHS.index(found[1].lower()) + 1:02}{day}"
    found = _YEAR.search(text)
    return found[1] if found else None


def _year_of(month: str, at: datetime | None) -> str:
    """Take the year in which a month is nearest to what was said."""
    if at is None:
        return ""
    distance = _MONTHS.index(month.lower()) + 1 - at.month
    return str(at.year + (-1 if distance > 6 else 1 if distance < -6 else 0))


def _relative(text: str, at: datetime) -> str | None:
    if found := _AGO.search(text):
        count = _COUNTS.get(found[1].lower()) or (
            int(found[1]) if found[1].isdigit() else 0
        )
        unit = found[2].lower()
        return _shown(at - timedelta(days=count * _DAYS[unit]), unit) if count else None
    if found := _NEAR.search(text):
        unit = (found[2] or "day").lower()
        step = _STEPS[(found[1] or found[3]).lower()]
        return _shown(at + timedelta(days=step * _DAYS[unit]), unit)
    return None


def _shown(moment: datetime, unit: str) -> str:
    return moment.strftime(
        {"year": "%Y", "month": "%Y-%m", "week": "%Y-%m"}.get(unit, "%Y-%m-%d")
    )
