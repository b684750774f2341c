"""What a look can find."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Verdict(enum.StrEnum):
    WELL = "well"
    NOTE = "note"  # works, but somebody should know
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, what it is like, and what to do about it."""

    name: str
    verdict: Verdict
    says: str
    advice: str = ""
