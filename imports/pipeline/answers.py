"""Makes a JSON object of what a model answered: fenced, chatty, cut off or slightly broken.

Runs after the answer is stored, so a better reader never costs another call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import json_repair
from pydantic_core import from_json

from imports.errors import PermanentFailure

LONGEST = 400_000


class UnusableAnswer(PermanentFailure):
    """The language model did not give a usable answer."""

    code = "unusable_answer"
    advice = "Everything read so far is kept. Retry the import; if it happens again, tell support."


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An answer as an object, and whether it took a repair to get there."""

    value: dict[str, Any]
    is_repaired: bool


def read_object(text: str) -> Read:
    """Read the JSON object in an answer; of a truncated one, the items that are whole.

    :raises UnusableAnswer: there is no object in it
    """
    whole = _object(text, partial=False)
    if whole is not None:
        return Read(value=whole, is_repaired=False)
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or len(text) > LONGEST:
        raise UnusableAnswer
    # The inner part first, for a fence or a sentence around a good answer; then the cut-off one.
    for candidate, partial in ((text[begin : end + 1], False), (text[begin:], True)):
        found = _object(candidate, partial=partial)
        if found is not None:
            return Read(value=found, is_repaired=True)
    return Read(value=_mended(text[begin:]), is_repaired=True)


def _object(text: str, *, partial: bool) -> dict[str, Any] | None:
    try:
        # Not the standard library's: this one is bounded in depth.
        value = from_json(text, allow_partial=partial)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _mended(text: str) -> dict[str, Any]:
    try:
        value = json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError) as error:
        raise UnusableAnswer from error
    if not isinstance(value, dict) or not value:
        raise UnusableAnswer
    return value
