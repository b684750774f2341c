"""Finds out how many requests a provider bears at once, as TCP finds out what a line bears.

One more with every answer until the first refusal (slow start: a worker process lives for minutes,
and an answer takes many seconds of them), from then on slowly more and quickly fewer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Limiter:
    """Slow start, additive increase, multiplicative decrease; shared by the threads of a process."""

    def __init__(self, *, start: int = 4, least: int = 1, most: int = 12) -> None:
        self._limit, self._least, self._most = float(start), least, most
        self._in_flight = 0
        self._was_cut = False
        self._cut_at = 0.0
        self._changed = threading.Condition()

    @property
    def limit(self) -> int:
        return int(self._limit)

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """Wait for a free place, and give it back; say ``throttled`` on it if it was one too many."""
        slot = Slot()
        with self._changed:
            self._changed.wait_for(lambda: self._in_flight < int(self._limit))
            self._in_flight += 1
        try:
            yield slot
        finally:
            self._leave(slot)

    def _leave(self, slot: Slot) -> None:
        with self._changed:
            self._in_flight -= 1
            if not slot.is_throttled:
                step = 1 / self._limit if self._was_cut else 1
                self._limit = min(self._most, self._limit + step)
            elif time.monotonic() - self._cut_at > 1:
                # One cut a second: a burst of refusals is one piece of news.
                self._was_cut, self._cut_at = True, time.monotonic()
                self._limit = max(self._least, self._limit * 0.6)
            self._changed.notify_all()


class Slot:
    """One request under way."""

    is_throttled = False

    def throttled(self) -> None:
        """Note that the provider refused this request for want of capacity."""
        self.is_throttled = True
