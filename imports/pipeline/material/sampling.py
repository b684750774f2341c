"""Chooses the conversations that tell most, over the whole history and all topics.

The database keeps the best three of each month and topic and the best of all; from these, the
choice is greedy with diminishing returns, so no month and no topic fills the sample.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

from django.db import connection

PER_STRATUM = 3
MOST_CANDIDATES = 4_000
_CANDIDATES = f"""
    SELECT id, richness, month, topic_bucket FROM (
        SELECT id, richness, coalesce(to_char(created_at, 'YYYY-MM'), '') AS month, topic_bucket,
            row_number() OVER (
                PARTITION BY to_char(created_at, 'YYYY-MM'), topic_bucket
                ORDER BY richness DESC, id
            ) AS place_in_stratum,
            row_number() OVER (ORDER BY richness DESC, id) AS place
        FROM imports_conversation WHERE user_id = %s AND is_remembered
    ) ranked
    WHERE place_in_stratum <= {PER_STRATUM} OR place <= %s
    ORDER BY richness DESC, id LIMIT {MOST_CANDIDATES}
"""  # noqa: S608 - the numbers are ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A conversation that may be read."""

    id: uuid.UUID
    richness: float
    month: str
    bucket: int


def candidates(user_id: uuid.UUID, *, count: int) -> list[Candidate]:
    """Give the best of each month and topic, and the best ``count`` of all, richest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, (user_id, count))
        return [
            Candidate(id=row[0], richness=row[1], month=row[2], bucket=row[3])
            for row in cursor.fetchall()
        ]


def in_order_of_worth(pool: list[Candidate]) -> Iterator[Candidate]:
    """Yield candidates, each the one that adds most to those before it."""
    months: Counter[str] = Counter()
    buckets: Counter[int] = Counter()

    def ranked(candidate: Candidate) -> tuple[float, int, Candidate]:
        crowd = 0.25 * months[candidate.month] + 0.35 * buckets[candidate.bucket]
        # A short account has nothing rich in it: what there is, is read all the same.
        worth = (candidate.richness + 0.01) / (1 + crowd)
        return (-worth, -candidate.id.int, candidate)

    waiting = [ranked(each) for each in pool]
    heapify(waiting)
    while waiting:
        best = waiting[0][-1]
        # Worth only falls: who is first by what they are worth now is first of all.
        if (now := ranked(best)) > waiting[0]:
            heapreplace(waiting, now)
            continue
        heappop(waiting)
        months[best.month] += 1
        buckets[best.bucket] += 1
        yield best
