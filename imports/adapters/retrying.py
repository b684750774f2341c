"""Tries a request to a provider again: a bounded number of times, with full jitter.

What should be tried again, and how often, is decided where a provider's error is translated.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from imports.adapters.limiter import Limiter
from imports.errors import Failure, TransientFailure

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an error of a provider means for us."""

    failure: Failure
    tries: int = 1  # how many requests in all may end like this
    is_throttled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait between two requests."""

    first_seconds: float = 0.5
    longest_seconds: float = 8.0
    # Longer than this a provider cannot make a thread wait; the job is put back instead.
    longest_ordered_seconds: float = 30.0
    most_tries: int = 100  # fewer for somebody who waits for the answer

    def seconds(self, number: int, ordered: float | None) -> float:
        """Give the wait before the request of this number, which starts at 1."""
        if ordered is not None:
            return ordered
        ceiling = min(self.longest_seconds, self.first_seconds * 2**number)
        return random.uniform(0, ceiling)  # noqa: S311 - spreads load, hides nothing


class Troubled(Exception):
    """A request failed, and this is what it means; the provider's error is its cause."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.failure.code)
        self.verdict = verdict


def retrying(call: Callable[[], Result], *, limiter: Limiter, backoff: Backoff) -> Result:
    """Call until it succeeds or its verdict forbids another try.

    :raises Failure: what the last try ended with
    """
    number = 0
    while True:
        number += 1
        with limiter.slot() as slot:
            try:
                return call()
            except Troubled as trouble:
                verdict = trouble.verdict
                if verdict.is_throttled:
                    slot.throttled()
                ordered = _ordered(verdict.failure)
                if (
                    number >= min(verdict.tries, backoff.most_tries)
                    or (ordered or 0) > backoff.longest_ordered_seconds
                ):
                    raise verdict.failure from trouble.__cause__
        # The slot is free while we wait: others may be luckier.
        time.sleep(backoff.seconds(number, ordered))


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Read the time that a provider asks us to wait, as seconds or as a date; at most a quarter hour."""
    asked = headers.get("retry-after", "").strip()
    if not asked:
        return None
    try:
        seconds = float(asked)
    except ValueError:
        seconds = _until(asked)
    return min(max(seconds, 0.0), 900.0) if seconds == seconds else None


def _until(date: str) -> float:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return float("nan")
    return (at - datetime.now(UTC)).total_seconds() if at.tzinfo else float("nan")


def _ordered(failure: Failure) -> float | None:
    return failure.retry_after_seconds if isinstance(failure, TransientFailure) else None
