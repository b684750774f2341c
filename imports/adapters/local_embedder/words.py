"""Cuts words into tokens, and adds up the vectors of each word's tokens.

No token reaches over a space or a line end, so a text has the tokens of its words and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imports.adapters.local_embedder.vocabulary import Cutter, Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LINE_END = "\n"  # a word by itself


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


def sums_of(
    vocabulary: Vocabulary,
    cutter: Cutter,
    words: list[str],
    *,
    weights: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """Give the sum of the weighted vectors of each word's tokens, as rows."""
    import numpy as np

    # A line end is the token that stands behind a word of none.
    is_line_end = np.array([word == LINE_END for word in words])
    told = ["" if word == LINE_END else word for word in words]
    tokens, begins = tokens_of(vocabulary, cutter, [*told, ""])
    lengths = np.where(is_line_end, 1, np.diff(begins) - 1)
    distinct, places = np.unique(tokens, return_inverse=True)
    rows = vocabulary.vectors_of(distinct)
    if weights is not None:
        rows *= weights[distinct][:, None]
    # All first tokens, all second ones, ...: the longest words come first, are the last left.
    order = np.argsort(-lengths, kind="stable")
    sorted_sums = np.zeros((len(words), rows.shape[1]), np.float32)
    for number in range(int(lengths.max())):
        left = order[: int(np.count_nonzero(lengths > number))]
        sorted_sums[: len(left)] += rows[places[begins[left] + number]]
    sums = np.empty_like(sorted_sums)
    sums[order] = sorted_sums
    return sums
