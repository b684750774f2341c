"""When the persona chats: waking hours, weekends, pauses, and two clocks that disagree."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from imports.synthetic.kinds import Kind
from imports.synthetic.persona import Persona

# Weight of each hour after getting up; the sixteen waking ones, a nap, an evening peak.
_HOURS = (2, 4, 5, 6, 5, 4, 3, 3, 4, 4, 3, 2, 3, 5, 7, 6, 3, 1)
_MODELS = (
    (datetime(2023, 11, 6, tzinfo=UTC), "gpt-4"),
    (datetime(2024, 5, 13, tzinfo=UTC), "gpt-4-turbo"),
    (datetime(2025, 8, 7, tzinfo=UTC), "gpt-4o"),
    (datetime(2100, 1, 1, tzinfo=UTC), "gpt-5"),
)
_BUSY_WEEKEND = 0.55


def wake(rng: random.Random, persona: Persona, day: datetime) -> datetime:
    """Move a time to an hour of the same day at which the persona is awake."""
    if day.weekday() >= 5 and rng.random() > _BUSY_WEEKEND:
        day -= timedelta(days=rng.randrange(1, 4))
    moved = day.date() >= persona.moved_on
    offset = persona.utc_offset_new if moved else persona.utc_offset_old
    hour = persona.rises_at + rng.choices(range(len(_HOURS)), _HOURS)[0]
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    local = midnight + timedelta(hours=hour, seconds=rng.random() * 3600)
    return local - timedelta(hours=offset)


def model_at(moment: datetime) -> str:
    """Return the model that answered in those days."""
    return next(name for until, name in _MODELS if moment < until)


def times(kinds: Iterable[Kind], *, started: float, rng: random.Random) -> list[float]:
    """Return when each message was sent, in seconds; hidden context gets a time as well.

    The user's time is the client's clock in milliseconds and may lie after the answer it
    got; the server counts microseconds.
    """
    now, moments = started, []
    for kind in kinds:
        if kind.role == "user":
            now += 4 + rng.expovariate(1 / 150)
            if rng.random() < 0.04:
                now += rng.expovariate(1 / 90000)
            is_late = rng.random() < 0.15
            moments.append(round(now + 9.08 if is_late else now, 3))
        else:
            now += 0.3 + rng.random() * 6
            moments.append(round(now, 6))
    return moments
