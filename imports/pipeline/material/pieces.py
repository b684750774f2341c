"""Lets a stage read something large and give a sign of life at each piece of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from imports.ports import Progress

Result = TypeVar("Result")


def piece_by_piece(
    reading: Generator[None, None, Result], progress: Progress
) -> Generator[Progress, None, Result]:
    """Run a reading to its end and say this at every piece; give what was read."""
    while True:
        try:
            next(reading)
        except StopIteration as end:
            result: Result = end.value
            return result
        yield progress
