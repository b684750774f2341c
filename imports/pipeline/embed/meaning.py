"""Makes the vectors of chunks, in which the person's own words count for more.

A chunk is mostly answer: what the person says about themselves is a line of it, and drowns in the
mean of all words. An embedder that is a mean of words says how much the person's own are to count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imports.pipeline.embed.texts import ChunkText
from imports.ports import Embedder, WordMean

Vectors = NDArray[np.float32]


def vectors_of(embedder: Embedder, texts: Sequence[ChunkText]) -> Vectors:
    """Give a unit vector for each chunk, in order."""
    vectors = _embedded(embedder, [each.text for each in texts])
    if not isinstance(embedder, WordMean):
        return vectors
    mixed = [at for at, each in enumerate(texts) if 0 < len(each.own) < len(each.text)]
    if mixed:
        share = embedder.own_share
        own = _embedded(embedder, [texts[at].own for at in mixed])
        both = (1 - share) * vectors[mixed] + share * own
        lengths = np.linalg.norm(both, axis=1, keepdims=True)
        vectors[mixed] = both / np.where(lengths > 0, lengths, 1)
    return vectors


def _embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    size = embedder.batch_size
    parts = [embedder.embed(texts[at : at + size]) for at in range(0, len(texts), size)]
    return np.concatenate(parts)
