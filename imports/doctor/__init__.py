"""Looks at everything the house depends on, one by one, and says what to do.

Each look is a small function that gives findings; none changes anything but a file that it makes
and removes. Nothing is paid for, unless ``is_live`` allows one tiny question each to model and
embedder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import Error as DatabaseError

from imports.doctor import inside, outside
from imports.doctor.findings import Finding, Verdict
from imports.errors import Failure

__all__ = ["Finding", "Verdict", "examine"]

Look = Callable[[], Iterator[Finding]]


def examine(*, is_live: bool) -> Iterator[Finding]:
    """Look at one thing after the other; a trouble with one keeps nobody from looking at the next."""
    looks: dict[str, Look] = {
        "settings": inside.settings_agree,
        "database": inside.database,
        "extension": inside.extension,
        "tables": inside.tables,
        "queue": inside.queue,
        "spool": inside.spool,
        "storage": outside.storage,
        "callers": outside.callers,
        "tokens": outside.tokens,
        "model": lambda: outside.model(is_live=is_live),
        "embedder": lambda: outside.embedder(is_live=is_live),
        "mirror": outside.mirror,
        "alerts": outside.alerts,
    }
    for name, look in looks.items():
        yield from _looked(name, look)


def _looked(name: str, look: Look) -> Iterator[Finding]:
    try:
        yield from look()
    except Failure as failure:
        yield Finding(name, Verdict.WRONG, failure.title(), failure.detail)
    except DatabaseError as error:
        advice = "Look at the database first, and examine again."
        yield Finding(name, Verdict.WRONG, f"The database: {_first(error)}", advice)


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
