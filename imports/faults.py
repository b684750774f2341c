"""Crash points: places where order matters, at which a test can make a process die.

Nothing happens unless ``FAULT`` is set to ``name:n:action``: at the n-th time that the point
``name`` is reached (``*`` counts every point) the process is killed, exits, raises or sleeps.

    FAULT=batch.committed:3:kill python manage.py worker
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

# Every point there is, in the order in which an import meets them. A test holds this list against
# the source, and another one kills a worker at each.
POINTS = (
    "submit.created",
    "ring.rung",
    "claim.claimed",
    "move.before",
    "move.after",
    "stage.opened",
    "batch.begun",
    "batch.before_commit",
    "batch.committed",
    "download.part_written",
    "download.sealed",
    "call.reserved",
    "call.answered",
    "call.settled",
    "spool.removed",
    "stage.finished",
)


class InjectedFault(Exception):
    """A test asked for this."""


@dataclass(slots=True)
class _Plan:
    point: str
    countdown: int
    action: str


def arm(specification: str) -> None:
    """Plan a fault, ``name:n:action``; an empty text disarms.

    :raises ValueError: there is no such point or action
    """
    global _plan
    if not specification:
        _plan = None
        return
    point, count, action = specification.split(":")
    if point not in (*POINTS, "*") or action not in ("kill", "exit", "raise", "sleep"):
        raise ValueError(f"no such crash point or action: {specification}")
    _plan = _Plan(point, int(count), action)


def hit(point: str) -> None:
    """Pass a crash point."""
    if _plan is None or _plan.point not in (point, "*"):
        return
    _plan.countdown -= 1
    if _plan.countdown == 0:
        _act(_plan.action, point)


def _act(action: str, point: str) -> None:
    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(1)
        case "sleep":
            time.sleep(3600)
        case _:
            raise InjectedFault(point)


_plan: _Plan | None = None
arm(os.environ.get("FAULT", ""))
