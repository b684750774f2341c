"""Reasons for which an attempt ends without anything being wrong."""

from __future__ import annotations

from imports.errors import Interrupted


class SliceOver(Interrupted):
    """The job ran for its slice; it is somebody else's turn."""


class Draining(Interrupted):
    """This worker shuts down; the job goes on elsewhere."""
