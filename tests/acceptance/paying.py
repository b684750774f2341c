"""What a provider was asked and has served, in the words of the bill."""

from __future__ import annotations

from collections import Counter

from tests.fakes.models import ModelServer, answer_id

# Micro-dollars per token of the default model.
PAID_IN, PAID_OUT = 1, 5


def billed(models: ModelServer) -> int:
    """Add up what the answers cost that were sent."""
    return sum(
        usage["input_tokens"] * PAID_IN + usage["output_tokens"] * PAID_OUT
        for usage in models.usages
    )


def ids_of(models: ModelServer) -> Counter[str]:
    """Count by the id of its answer how often each body was sent."""
    return Counter(answer_id(body) for body in models.bodies)
