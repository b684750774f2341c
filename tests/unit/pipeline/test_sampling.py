"""Which conversations are read: each the one that adds most to those before it."""

from __future__ import annotations

import random
import uuid
from collections import Counter

from imports.pipeline.material.sampling import Candidate, in_order_of_worth


def _pool(seed: int, *, size: int) -> list[Candidate]:
    dice = random.Random(seed)
    return [
        Candidate(
            id=uuid.UUID(int=dice.getrandbits(128)),
            richness=dice.choice((0.0, 3.0, dice.random() * 20)),
            month=f"2025-{dice.randrange(1, 7):02}",
            bucket=dice.randrange(5),
        )
        for _ in range(size)
    ]


def _best(left: list[Candidate], chosen: list[Candidate]) -> Candidate:
    months = Counter(each.month for each in chosen)
    buckets = Counter(each.bucket for each in chosen)

    def worth(each: Candidate) -> tuple[float, int]:
        crowd = 0.25 * months[each.month] + 0.35 * buckets[each.bucket]
        return ((each.richness + 0.01) / (1 + crowd), each.id.int)

    return max(left, key=worth)


def test_each_is_the_one_that_is_worth_most_beside_those_before_it() -> None:
    pool = _pool(1, size=200)

    chosen = list(in_order_of_worth(pool))

    assert set(chosen) == set(pool)
    assert all(
        each == _best(chosen[place:], chosen[:place]) for place, each in enumerate(chosen)
    )


def test_no_topic_crowds_the_others_out() -> None:
    rich = [
        Candidate(id=uuid.UUID(int=n), richness=10, month="2025-01", bucket=1)
        for n in range(3)
    ]
    other = Candidate(id=uuid.UUID(int=9), richness=8, month="2025-02", bucket=2)

    assert list(in_order_of_worth([*rich, other]))[1] is other
