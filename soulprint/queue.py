"""How django-q2 is set up, and what each number protects; ``imports/checks.py`` holds it to that."""

from __future__ import annotations

from typing import Any


def queue_of(*, workers: int, slice_seconds: int, recycle: int) -> dict[str, Any]:
    """Configure the queue for so many imports at once, in slices of this length, each process for so many of them."""
    # How long a slice may last: a second one where nothing was stored in the first, a minute for
    # paid calls that are under way, and the three minutes for which a stage may be silent.
    timeout = slice_seconds * 2 + 240
    return {
        "name": "soulprint",
        "orm": "default",
        "broker_class": "imports.doorbell.Doorbell",
        "workers": workers,
        # A prefetched message sits behind a running import; one is the least that django-q2 allows.
        "queue_limit": 1,
        "bulk": 1,
        "poll": 0.2,
        # The net below a slice, an integer because the guard's countdown compares with zero.
        "timeout": timeout,
        # At least timeout * (1 + ceil((queue_limit + bulk) / workers)), or a message that waits in
        # memory is delivered twice. Recovery does not wait for it: the lease does that.
        "retry": max(3600, timeout * 4),
        "max_attempts": 1,
        "ack_failures": True,
        "save_limit": -1,
        "recycle": recycle,
        "guard_cycle": 0.5,
        "catch_up": False,
        "scheduler": False,
        "label": "Queue",
    }
