"""How amounts are said to people: sizes, durations, money, counts, speeds."""

from __future__ import annotations

from datetime import timedelta

NOTHING = "–"  # noqa: RUF001 - a dash, as in a printed table


def size(count: int) -> str:
    """Say a number of bytes as people read it; nothing for none."""
    if not count:
        return NOTHING
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    digits = 0 if unit == "B" or value >= 100 else 1
    return f"{value:,.{digits}f}\u00a0{unit}"


def money(microdollars: int) -> str:
    """Say what was spent, in dollars; small sums keep their digits."""
    if not microdollars:
        return NOTHING
    dollars = microdollars / 1_000_000
    return f"${dollars:,.2f}" if dollars >= 0.995 else f"${dollars:.4f}"


def duration(length: timedelta | float | None) -> str:
    """Say how long something took, in its two largest units."""
    if length is None:
        return NOTHING
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    if seconds < 1:
        return f"{max(0, round(seconds * 1000))} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def speed(count: int, unit: str, length: timedelta) -> str:
    """Say how fast; nothing when there is too little to tell."""
    seconds = length.total_seconds()
    if not count or seconds < 0.01:
        return NOTHING
    rate = count / seconds
    if unit == "bytes":
        return f"{size(round(rate))}/s"
    if rate < 0.95:
        return f"{rate * 60:.1f}/min"
    return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"


def counted(count: int, unit: str) -> str:
    """Say how much was done; bytes as a size, everything else as a number and its unit."""
    if not count:
        return NOTHING
    if unit == "bytes":
        return size(count)
    word = unit.removesuffix("s") if count == 1 else unit
    return f"{count:,} {word}".strip()


def short(identifier: object) -> str:
    """Give the first block of an id, which is what people compare."""
    return str(identifier).split("-", 1)[0]
