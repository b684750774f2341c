"""Alerts: how the house calls for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Alerts(Protocol):
    """Takes a message to whoever looks after the house."""

    def send(self, lines: Sequence[str]) -> None:
        """Deliver one message of a few lines.

        :raises Failure: it may not have arrived
        """
