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
from imports.ports import Embedder, WordMean

Vectors = NDArray[np.float32]

_AT_ONCE = 4_096  # words whose vectors lie side by side


def embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Ask for the vector of each text, in portions."""
    size = embedder.batch_size
    parts = [embedder.embed(texts[at : at + size]) for at in range(0, len(texts), size)]
    return np.concatenate(parts)


class WordMeans:
    """The vectors of so many chunks, as their words make them."""

    def __init__(self, embedder: WordMean, chunks: int) -> None:
        self._share = embedder.own_share
        self._wholes = np.zeros((chunks, embedder.dimensions), np.float32)
        self._owns = np.zeros_like(self._wholes)

    def add(self, page: Page, words: Sequence[Numbers], sums: Vectors) -> None:
        """Add up the words of each part of a page; ``sums`` has a row for every word."""
        for chunk, whole in zip(page.chunks, words, strict=False):
            _add_up(whole, sums, self._wholes[chunk])
        for at, own in zip(page.speaking, words[len(page.chunks) :], strict=True):
            if len(own) < len(words[at]):
                _add_up(own, sums, self._owns[page.chunks[at]])

    def vectors(self) -> Vectors:
        """Give a unit vector for each chunk, in order."""
        vectors, owns = _unit(self._wholes), _unit(self._owns)
        mixed = owns.any(axis=1)
        both = (1 - self._share) * vectors[mixed] + self._share * owns[mixed]
        vectors[mixed] = _unit(both)
        return vectors


def _add_up(words: Numbers, sums: Vectors, row: Vectors) -> None:
    # In the order of the text, so that the sum depends on nothing but the words.
    for start in range(0, len(words), _AT_ONCE):
        row += sums.take(words[start : start + _AT_ONCE], axis=0).sum(axis=0)


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
