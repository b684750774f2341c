"""Failures, sorted by what we do about them.

    Failure
    |-- TransientFailure      try again later: the job is put back with a delay
    |-- PermanentFailure      tell the person: the job fails at once
    `-- Interrupted           not a failure: the attempt ends, the job goes on elsewhere
        |-- LostLease             another worker holds the job now: write nothing more
        `-- CancelRequested       the person wishes to stop

The first line of a class's docstring is its title for people, ``code`` its stable name for
machines. ``detail`` is one sentence that says what to do; it carries no secret, no path of
ours and no text of a conversation. Anything that is not a Failure is our bug.
"""

from __future__ import annotations

import inspect
from typing import ClassVar


class Failure(Exception):
    """The import could not go on."""

    code: ClassVar[str] = "failure"
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.advice or self.title())
        self.detail = detail or self.advice

    @classmethod
    def title(cls) -> str:
        """Give the sentence that people read."""
        return (inspect.getdoc(cls) or "").split("\n", 1)[0]


class TransientFailure(Failure):
    """Something we depend on is not available just now."""

    code = "temporarily_unavailable"
    retryable = True
    advice = "Nothing is lost. The import tries again by itself."

    def __init__(self, detail: str = "", *, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class PermanentFailure(Failure):
    """This export cannot be imported as it is."""

    code = "permanent_failure"


class Interrupted(Exception):
    """The attempt ends here; nothing went wrong."""


class LostLease(Interrupted):
    """Another worker holds this job now."""


class CancelRequested(Interrupted):
    """Somebody asked for this job to stop."""
