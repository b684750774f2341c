"""Why a job failed or waits: exceptions put into words for people and a code for machines."""

from __future__ import annotations

from dataclasses import dataclass

from imports.errors import Failure, PermanentFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a job failed or waits, in words for people and a code for machines."""

    code: str
    title: str
    detail: str
    is_retryable: bool


class Poison(PermanentFailure):
    """This import ends its worker every time."""

    code = "poison"
    advice = "It was stopped after three crashes without progress. Please contact support."


def problem_of(failure: Exception) -> Problem:
    """Put an exception into words; one that is not a Failure stays anonymous."""
    if not isinstance(failure, Failure):
        return Problem(
            code="internal_error",
            title="Something went wrong on our side",
            detail="Nothing is lost. We look into it; you can retry.",
            is_retryable=True,
        )
    return Problem(
        code=failure.code,
        title=failure.title(),
        detail=failure.detail,
        is_retryable=failure.retryable,
    )
