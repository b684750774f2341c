"""Embeds texts on this machine: the mean of word vectors that come inside a wheel."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from imports.adapters.local_embedder.vocabulary import (
    DIMENSIONS,
    Cutter,
    EmbedderDamaged,
    EmbedderNotInstalled,
    loaded_vocabulary,
)
from imports.adapters.local_embedder.words import LINE_END, sums_of, tokens_of
from imports.lexicon.words import words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "EmbedderDamaged",
    "EmbedderNotInstalled",
    "LocalEmbedder",
    "count_tokens",
    "inverse_frequency",
]

_AT_ONCE = 4_096  # words that are added up together
_SMOOTHING = 1e-3  # the share of all tokens at which one counts half


class LocalEmbedder:
    """The embedder that needs no network, no account and no GPU.

    Vectors depend on the text alone: neither on the batch it comes in nor on the thread.
    """

    dimensions = DIMENSIONS
    # Half: what a person says of themselves is a fifth of the text, and most of what is asked for.
    own_share = 0.5
    batch_size = 128

    def __init__(
        self,
        *,
        version: str = "mean-v1",
        weights: NDArray[np.float32] | None = None,  # of each token; None: they count alike
    ) -> None:
        self._weights = weights
        self.space = f"local/wordllama-l2/{DIMENSIONS}/{version}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one unit vector per text, in order; an empty text gives zeros.

        :raises EmbedderNotInstalled: the wheel with the vectors is missing
        :raises EmbedderDamaged: the wheel holds other files than expected
        """
        import numpy as np

        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        for portions in _together(texts):
            words = list({word for _, each in portions for word in each})
            sums = self._sums_of(words)
            numbers = dict(zip(words, range(len(words)), strict=True))
            for at, each in portions:
                # In the order of the text, so that the sum depends on nothing but the words.
                rows[at] += sums[[numbers[word] for word in each]].sum(axis=0)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit = rows / np.where(lengths > 0, lengths, 1)
        return unit.astype(np.float32, copy=False)

    def sums_of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Give what each word adds to the vector of a text, as rows."""
        self._cutter.load()
        return self._sums_of(list(words))

    def _sums_of(self, words: list[str]) -> NDArray[np.float32]:
        return sums_of(loaded_vocabulary(), self._cutter, words, weights=self._weights)

    @cached_property
    def _cutter(self) -> Cutter:
        return Cutter(loaded_vocabulary())

    def learn(self, texts: Iterable[str]) -> bytes:
        """Give the weights of all tokens by how often these texts hold them, as half floats."""
        import numpy as np

        counts = np.zeros(loaded_vocabulary().size, np.int64)
        cutter, rest = Cutter(loaded_vocabulary()), iter(texts)
        while batch := list(islice(rest, self.batch_size)):
            counts += count_tokens(batch, cutter)
        return inverse_frequency(counts).astype("<f2").tobytes()

    def taught(self, lesson: bytes) -> LocalEmbedder:
        """Give an embedder that weighs tokens by a lesson."""
        import numpy as np

        digest = hashlib.blake2b(lesson, digest_size=5).hexdigest()
        weights = np.frombuffer(lesson, "<f2").astype(np.float32)
        return LocalEmbedder(version=f"sif2-{digest}", weights=weights)


def _together(texts: Sequence[str]) -> Iterator[list[tuple[int, list[str]]]]:
    """Give the words of texts, by the number of the text; those of several short ones together."""
    portions: list[tuple[int, list[str]]] = []
    size = 0
    for at, text in enumerate(texts):
        words = words_of(text)
        for start in range(0, len(words), _AT_ONCE):
            portions.append((at, words[start : start + _AT_ONCE]))
            size += len(portions[-1][1])
            if size >= _AT_ONCE:
                yield portions
                portions, size = [], 0
    if portions:
        yield portions


def count_tokens(texts: Sequence[str], cutter: Cutter) -> NDArray[np.int64]:
    """Count how often each token of the vocabulary occurs; counts of batches may be added."""
    import numpy as np

    known = loaded_vocabulary()
    often = Counter(word for text in texts for word in words_of(text))
    line_ends = often.pop(LINE_END, 0)
    counts = np.zeros(known.size, np.int64)
    if often:
        tokens, begins = tokens_of(known, cutter, list(often))
        # Each with the line end behind it.
        lengths = np.diff(begins, append=len(tokens) + 1)
        times = np.repeat(np.fromiter(often.values(), np.int64), lengths)[: len(tokens)]
        np.add.at(counts, tokens, times)
    counts[known.line_end] = line_ends
    return counts


def inverse_frequency(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Make weights from a person's own counts: the more common a token, the less it says."""
    import numpy as np

    share = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    weights: NDArray[np.float32] = (_SMOOTHING / (_SMOOTHING + share)).astype(np.float32)
    return weights
