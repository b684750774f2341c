"""Cuts texts into words, and keeps of each word that was met the sum of its tokens' vectors.

No token reaches over a space or a line end, so a text has the tokens of its words and nothing else:
most words of a text have been met before, and are added up without being cut into tokens again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from imports.adapters.local_embedder.vocabulary import DIMENSIONS, Cutter, Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A word with the spaces before it; spaces at the end of a line; a line end.
_WORD = re.compile(r" *[^ \n]+| +|\n")
_AT_ONCE = 4_096  # words that are added up together
_MOST_WORDS = 16_384  # are kept: 17 MB
_MOST_CHARACTERS = 500_000  # of them


def words_of(text: str) -> Iterator[list[str]]:
    """Give the words of a text in portions; every text begins with a space."""
    words = _WORD.findall(f" {text}") if text else []
    if len(words) <= _AT_ONCE:
        yield words
        return
    for start in range(0, len(words), _AT_ONCE):
        yield words[start : start + _AT_ONCE]


def tokens_of(
    vocabulary: Vocabulary, cutter: Cutter, words: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the tokens of all words in a row, and where those of each word begin.

    Behind each word but the last stands the token of a line end.
    """
    import numpy as np

    tokens = cutter.tokens_of(words)
    ends = np.flatnonzero(tokens == vocabulary.line_end)
    return tokens, np.concatenate([[0], ends + 1])


class WordSums:
    """The vectors of words under some weights; not for several threads at a time."""

    def __init__(self, vocabulary: Vocabulary, weights: NDArray[np.float32] | None) -> None:
        import numpy as np

        self._vocabulary = vocabulary
        self._cutter = Cutter(vocabulary)
        self._weights = np.ones(vocabulary.size, np.float32) if weights is None else weights
        # Memory is taken as rows are written.
        self._sums = np.empty((_MOST_WORDS, DIMENSIONS), np.float32)
        self._begin_anew()

    def meet(self, words: set[str]) -> None:
        """Get ready for texts with these words; together they are met faster than one by one."""
        new = self._unknown(words)
        if new and not self._is_too_much(new):
            self._add(list(new))

    def of(self, words: list[str]) -> NDArray[np.float32]:
        """Add up the vectors of a portion of words.

        In the order of the text, so that the sum depends on nothing but the words.
        """
        sums: NDArray[np.float32] = self._sums[self._places_of(words)].sum(axis=0)
        return sums

    def _places_of(self, words: list[str]) -> NDArray[np.int64]:
        import numpy as np

        try:
            return np.fromiter(map(self._places.__getitem__, words), np.int64, len(words))
        except KeyError:
            new = self._unknown(set(words))
        if self._is_too_much(new):
            # To begin anew is cheap: what is common in a text comes back with it.
            self._begin_anew()
            new = self._unknown(set(words))
        self._add(list(new))
        return np.fromiter(map(self._places.__getitem__, words), np.int64, len(words))

    def _unknown(self, words: set[str]) -> set[str]:
        # Not the difference of sets, which goes through everything that is known.
        places = self._places
        return {word for word in words if word not in places}

    def _is_too_much(self, new: set[str]) -> bool:
        return (
            len(self._places) + len(new) > _MOST_WORDS
            or self._characters + sum(map(len, new)) > _MOST_CHARACTERS
        )

    def _begin_anew(self) -> None:
        import numpy as np

        line_end = self._vocabulary.line_end
        self._places: dict[str, int] = {"\n": 0}
        self._characters = 0
        vector = self._vocabulary.vectors_of(np.array([line_end]))[0]
        self._sums[0] = self._weights[line_end] * vector

    def _add(self, new: list[str]) -> None:
        first = len(self._places)
        self._add_up(new, self._sums[first : first + len(new)])
        self._characters += sum(map(len, new))
        self._places.update(zip(new, range(first, first + len(new)), strict=True))

    def _add_up(self, words: list[str], sums: NDArray[np.float32]) -> None:
        """Write into ``sums`` the weighted vectors of the tokens of each word."""
        import numpy as np

        tokens, begins = tokens_of(self._vocabulary, self._cutter, words)
        distinct, places = np.unique(tokens, return_inverse=True)
        rows = self._vocabulary.vectors_of(distinct)
        rows *= self._weights[distinct][:, None]
        lengths = np.diff(begins, append=len(tokens) + 1) - 1
        # All first tokens, all second ones, ...: the longest words come first, are the last left.
        order = np.argsort(-lengths, kind="stable")
        sorted_sums = np.zeros_like(sums)
        for number in range(int(lengths.max())):
            left = order[: int(np.count_nonzero(lengths > number))]
            sorted_sums[: len(left)] += rows[places[begins[left] + number]]
        sums[order] = sorted_sums
