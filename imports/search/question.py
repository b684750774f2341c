"""A question to a memory, and what may be asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from imports.errors import PermanentFailure

LONGEST_QUESTION = 2_000
MOST_HITS = 50
# Words of somebody who speaks of themselves, or by whom an assistant names them.
PERSON = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|user|user's)\b", re.I)


class QuestionRefused(PermanentFailure):
    """This cannot be searched for."""

    code = "question_refused"

    def __init__(self, *, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for, and where: filters that are None let everything through.

    ``role`` is who says what a hit is about; ``since`` and ``until`` are about when.
    """

    text: str
    limit: int = 10
    tier: str | None = None
    provider: str | None = None
    role: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def looks_inside(self) -> bool:
        """Say whether only the text itself tells if a hit fits."""
        return bool(self.role or self.since or self.until)

    def checked(self, tiers: Sequence[str]) -> str:
        """Give the tier to search: the finest one, unless another was asked for.

        :raises QuestionRefused: by field, why it cannot be answered
        """
        if len(self.text) > LONGEST_QUESTION:
            raise QuestionRefused(
                field="q", detail=f"Ask with at most {LONGEST_QUESTION:,} characters."
            )
        if not 1 <= self.limit <= MOST_HITS:
            raise QuestionRefused(field="limit", detail=f"Ask for 1 to {MOST_HITS} hits.")
        tier = self.tier or tiers[0]
        if tier not in tiers:
            raise QuestionRefused(
                field="tier", detail=f"Only these can be searched: {', '.join(tiers)}."
            )
        return tier

    def admits(self, role: str, at: datetime | None) -> bool:
        """Say whether a message passes the filters that are about messages."""
        if self.role and role != self.role:
            return False
        if not (self.since or self.until):
            return True
        if at is None:
            return False
        return not ((self.since and at < self.since) or (self.until and at > self.until))
