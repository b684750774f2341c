"""How long a job waits before it is tried again, and how often."""

from __future__ import annotations

import random
from datetime import timedelta

from imports.errors import TransientFailure

BASE_SECONDS = 2.0
CAP_SECONDS = 600.0
RETRY_AFTER_CAP_SECONDS = 3600.0
# About an hour of outages in a row; an attempt that lasts for its slice starts counting anew.
TRANSIENT_FAILURES = 12
BUGS = 3


def delay(failures: int, failure: Exception) -> timedelta:
    """Exponential with full jitter; what the other side asked for is honored, up to an hour."""
    spread = min(CAP_SECONDS, BASE_SECONDS * 2.0**failures)
    seconds = random.uniform(0, spread)  # noqa: S311 - spreads load, hides nothing
    asked = getattr(failure, "retry_after_seconds", None)
    if asked is not None:
        seconds = min(float(asked), RETRY_AFTER_CAP_SECONDS) + seconds / 10
    return timedelta(seconds=max(seconds, 0.5))


def most_failures(failure: Exception) -> int:
    """How many failures in a row end the job."""
    return TRANSIENT_FAILURES if isinstance(failure, TransientFailure) else BUGS
