"""Questions are turned away from what all of a memory has in common."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from imports.pipeline.embed.aim import aim_of

COMMON, RARE = np.eye(8, dtype=np.float32)[:2]


def unit(*rows: NDArray[np.float32]) -> NDArray[np.float32]:
    vectors = np.vstack(rows).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@pytest.fixture
def memory() -> NDArray[np.float32]:
    """Vectors that all lean the same way, and differ by chance."""
    noise = np.random.default_rng(1).normal(size=(1_000, 8))
    return unit(3 * COMMON + 0.3 * noise)


def test_what_is_common_to_all_counts_for_less(memory: NDArray[np.float32]) -> None:
    question = unit(2 * COMMON + RARE)[0]

    turned = aim_of(memory) @ question

    assert question[0] > question[1]
    assert turned[0] < turned[1]


def test_few_vectors_turn_a_question_little(memory: NDArray[np.float32]) -> None:
    question = unit(2 * COMMON + RARE)[0]

    by_few, by_many = (unit(aim_of(each) @ question)[0] for each in (memory[:2], memory))

    assert question @ by_few > question @ by_many


def test_a_memory_that_reaches_everywhere_alike_turns_nothing() -> None:
    question = unit(2 * COMMON + RARE)[0]

    turned = aim_of(np.eye(8, dtype=np.float32)) @ question

    assert turned == pytest.approx(question, abs=1e-6)
