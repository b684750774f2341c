"""Runs a few calls at a time beside the generator that waits for them.

Threads wait for the network and do nothing else. They are daemons: a stage that is closed leaves
them behind, and a worker that ends does not wait for a slow provider. What was paid for is kept by
its courier, and found by the next attempt.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Tag = TypeVar("Tag")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed(Generic[Tag, Result]):
    """A call that came back, with a result or with what it raised."""

    tag: Tag
    result: Result | None = None
    error: Exception | None = None


class Flight(Generic[Tag, Result]):
    """Calls that are under way, at most ``limit`` at a time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._landed: queue.SimpleQueue[Landed[Tag, Result]] = queue.SimpleQueue()
        self.size = 0

    @property
    def has_room(self) -> bool:
        return self.size < self._limit

    def send(self, tag: Tag, call: Callable[[], Result]) -> None:
        """Start a call."""
        self.size += 1
        threading.Thread(
            target=self._fly, args=(tag, call), name="model-call", daemon=True
        ).start()

    def land(self, *, timeout: float) -> Landed[Tag, Result] | None:
        """Give a call that came back; None if none did in that time."""
        try:
            landed = self._landed.get(timeout=timeout)
        except queue.Empty:
            return None
        self.size -= 1
        return landed

    def _fly(self, tag: Tag, call: Callable[[], Result]) -> None:
        try:
            landed: Landed[Tag, Result] = Landed(tag=tag, result=call())
        except Exception as error:  # noqa: BLE001 - carried over to who waits, raised there
            landed = Landed(tag=tag, error=error)
        self._landed.put(landed)
