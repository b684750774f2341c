"""How long we bear with a store within one request, before the job itself is put back."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from imports.errors import SourceChanged, TransientFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Short waits only: a stage that waits here can neither be cancelled nor drained."""

    # Failures in a row without one byte in between, and all together.
    failures_in_a_row: int = 3
    failures: int = 10
    first_wait_seconds: float = 0.1
    longest_wait_seconds: float = 2.0
    silent_seconds: float = 20.0
    # After this time a window is given out as far as it has come, if it came at a bearable pace.
    window_seconds: float = 5.0
    least_bytes_per_second: int = 50_000
    # An upload may end a moment after the trigger that announced it.
    missing_wait_seconds: float = 1.0


class Tries:
    """Counts what goes wrong with one request, and waits a little in between."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures = 0
        self._in_a_row = 0
        self._silent_since = time.monotonic()

    def progressed(self) -> None:
        """Note that something arrived."""
        self._in_a_row = 0
        self._silent_since = time.monotonic()

    def failed(self, failure: TransientFailure) -> None:
        """Wait before the next try.

        :raises TransientFailure: this one, when there should be no next try
        """
        self._failures += 1
        self._in_a_row += 1
        patience = self._patience
        silent_seconds = time.monotonic() - self._silent_since
        if (
            isinstance(failure, SourceChanged)
            or self._in_a_row > patience.failures_in_a_row
            or self._failures > patience.failures
            or silent_seconds > patience.silent_seconds
            or (failure.retry_after_seconds or 0) > patience.longest_wait_seconds
        ):
            raise failure
        longest = min(
            patience.longest_wait_seconds, patience.first_wait_seconds * 2**self._in_a_row
        )
        # Full jitter spreads the load; it hides nothing.
        time.sleep(failure.retry_after_seconds or random.uniform(0, longest))  # noqa: S311 - spreads load
