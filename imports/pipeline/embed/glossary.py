"""Knows the words of a person's texts by number: what each adds to a vector, and its terms.

Most words of a text have been met before. They are looked up, once for all the chunks and for both
uses, and neither cut into tokens nor stemmed again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imports.lexicon.terms import terms_of
from imports.lexicon.words import Layout
from imports.ports import Embedder, WordMean

_MOST_WORDS = 16_384  # are kept: 17 MB
_MOST_CHARACTERS = 500_000  # of them

Numbers = NDArray[np.int64]


class Glossary:
    """The words that were met last; not for several threads at a time."""

    sums: NDArray[np.float32]  # what each adds to a vector, by number

    def __init__(self, embedder: Embedder) -> None:
        self._mean = embedder if isinstance(embedder, WordMean) else None
        self._dimensions = embedder.dimensions if self._mean else 0
        self._begin_anew(_MOST_WORDS)

    def numbers_of(self, layout: Layout) -> Numbers:
        """Give the numbers of all words in order; they hold until the next ones are asked for."""
        try:
            numbers = self._looked_up(layout.words)
        except KeyError:
            self._meet(set(layout.words))
            numbers = self._looked_up(layout.words)
        return np.concatenate([numbers[each] for each in layout.slices])

    def terms_of(self, numbers: Numbers) -> tuple[NDArray[np.uint32], Numbers]:
        """Give the terms of words in order, and how many each of them has."""
        counts = self._counts[numbers]
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        begins = self._begins[numbers] + counts - ends
        return self._terms[np.repeat(begins, counts) + np.arange(total)], counts

    def _looked_up(self, words: Sequence[str]) -> Numbers:
        return np.fromiter(map(self._numbers.__getitem__, words), np.int64, len(words))

    def _meet(self, words: set[str]) -> None:
        new = self._unknown(words)
        if self._is_too_much(new):
            # To begin anew is cheap: what is common comes back with these words.
            self._begin_anew(max(_MOST_WORDS, len(words)))
            new = list(words)
        self._add(new)

    def _unknown(self, words: set[str]) -> list[str]:
        # Not the difference of sets, which goes through everything that is known.
        numbers = self._numbers
        return [word for word in words if word not in numbers]

    def _is_too_much(self, new: Sequence[str]) -> bool:
        return (
            len(self._numbers) + len(new) > _MOST_WORDS
            or self._characters + sum(map(len, new)) > _MOST_CHARACTERS
        )

    def _begin_anew(self, most: int) -> None:
        self._numbers: dict[str, int] = {}
        self._characters = 0
        # Memory is taken as rows are written.
        self.sums = np.empty((most, self._dimensions), np.float32)
        self._begins = np.empty(most, np.int64)
        self._counts = np.empty(most, np.int64)
        self._terms = np.empty(0, np.uint32)

    def _add(self, new: list[str]) -> None:
        first = len(self._numbers)
        rows = slice(first, first + len(new))
        if self._mean:
            self.sums[rows] = self._mean.sums_of(new)
        terms = terms_of(new)
        self._counts[rows] = counts = [len(each) for each in terms]
        self._begins[rows] = len(self._terms) + np.cumsum(counts) - counts
        self._terms = np.concatenate([self._terms, *terms])
        self._characters += sum(map(len, new))
        self._numbers.update(zip(new, range(rows.start, rows.stop), strict=True))
