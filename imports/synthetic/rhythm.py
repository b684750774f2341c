"""When the persona chats: waking hours, weekends, pauses, and two clocks that disagree."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

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


class Clock:
    """Time inside a conversation.

    The user's time is the client's clock in milliseconds and may lie after the answer it
    got; the server counts microseconds.
    """

    def __init__(self, rng: random.Random, started: float) -> None:
        self._rng = rng
        self._now = started

    def asked(self) -> str:
        """Let the user think, then return the time of the question."""
        pause = self._rng.expovariate(1 / 150)
        if self._rng.random() < 0.04:
            pause += self._rng.expovariate(1 / 90000)
        self._now += 4 + pause
        is_late = self._rng.random() < 0.15
        return repr(round(self._now + 9.08 if is_late else self._now, 3))

    def answered(self) -> str:
        """Return the time of the next message of the server."""
        self._now += 0.3 + self._rng.random() * 6
        return repr(round(self._now, 6))

    def now(self) -> str:
        """Return the time as it stands."""
        return repr(round(self._now, 6))
