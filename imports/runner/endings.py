"""Reasons for which an attempt ends without anything being wrong with the import."""

from __future__ import annotations

from imports.errors import Interrupted, TransientFailure


class SliceOver(Interrupted):
    """The job ran for its slice; it is somebody else's turn."""


class Draining(Interrupted):
    """This worker shuts down; the job goes on elsewhere."""


class HeldBack(Interrupted):
    """Somebody paused this stage, this user or everything."""


class Spent(Interrupted):
    """This process has grown; the next stage begins in a fresh one."""


class DatabaseAway(TransientFailure):
    """Our database was away for a moment."""

    code = "database_away"
