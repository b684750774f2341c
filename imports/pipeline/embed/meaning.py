"""Makes the vectors of chunks, in which the person's own words count for more.

A chunk is mostly answer: what the person says about themselves is a line of it, and drowns in the
mean of all words. An embedder that is a mean of words says how much the person's own are to count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imports.pipeline.embed.glossary import Numbers
from imports.pipeline.embed.texts import Page
from imports.ports import Embedder

Vectors = NDArray[np.float32]

_AT_ONCE = 4_096  # words whose vectors lie side by side


def embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Ask for the vector of each text, in portions."""
    size = embedder.batch_size
    parts = [embedder.embed(texts[at : at + size]) for at in range(0, len(texts), size)]
    return np.concatenate(parts)


def word_means(
    page: Page, parts: Sequence[Numbers], sums: Vectors, *, own_share: float
) -> Vectors:
    """Give a unit vector for each chunk on a page, of which ``parts`` are the words.

    Behind those of the chunks come those that the person wrote, where they speak; ``sums`` has a
    row for every word.
    """
    vectors = _unit([_total(words, sums) for words in parts[: len(page.chunks)]])
    owns = zip(page.speaking, parts[len(page.chunks) :], strict=True)
    mixed = {at: own for at, own in owns if len(own) < len(parts[at])}
    if mixed:
        own = _unit([_total(words, sums) for words in mixed.values()])
        both = (1 - own_share) * vectors[list(mixed)] + own_share * own
        vectors[list(mixed)] = _unit(both)
    return vectors


def _total(words: Numbers, sums: Vectors) -> Vectors:
    total = np.zeros(sums.shape[1], np.float32)
    # In the order of the text, so that the sum depends on nothing but the words.
    for start in range(0, len(words), _AT_ONCE):
        total += sums.take(words[start : start + _AT_ONCE], axis=0).sum(axis=0)
    return total


def _unit(rows: Vectors | Sequence[Vectors]) -> Vectors:
    rows = np.asarray(rows)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
