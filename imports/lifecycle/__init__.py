"""EVERY way in which a job's status may change, and no other.

    QUEUED --claim--> RUNNING --complete--> COMPLETE
      ^                 |  |----fail------> FAILED ---retry--> QUEUED
      |----put_back-----|  |----cancel----> CANCELLED --retry--> QUEUED
      |                 |
      `--cancel--> CANCELLED   (also from QUEUED)     reclaim = put_back by the sweep

Each move is one guarded UPDATE on the database's clock, and its row count decides. A move of a
worker carries the attempt it claimed; when that is no longer the row's attempt, the worker lost
its lease and the move raises ``LostLease``.

``people`` asks for a move, ``workers`` make them, ``sweeping`` makes those of workers that died.
"""

from imports.lifecycle.people import (
    ImportInProgress,
    InvalidTransition,
    raise_budget,
    request_cancel,
    retry,
    submit,
)
from imports.lifecycle.problems import Poison, Problem, problem_of
from imports.lifecycle.sweeping import DEATHS_UNTIL_POISON, forget_ring, reclaim
from imports.lifecycle.workers import (
    acknowledge_cancel,
    cancel,
    checkpoint,
    claim,
    complete,
    enter,
    fail,
    put_back,
    renew,
)

__all__ = [
    "DEATHS_UNTIL_POISON",
    "ImportInProgress",
    "InvalidTransition",
    "Poison",
    "Problem",
    "acknowledge_cancel",
    "cancel",
    "checkpoint",
    "claim",
    "complete",
    "enter",
    "fail",
    "forget_ring",
    "problem_of",
    "put_back",
    "raise_budget",
    "reclaim",
    "renew",
    "request_cancel",
    "retry",
    "submit",
]
