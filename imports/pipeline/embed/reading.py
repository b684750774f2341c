"""Reads chunks: their words are looked up once, for the vectors and for the index of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from imports.lexicon.words import lay_out
from imports.pipeline.embed.glossary import Glossary, Numbers
from imports.pipeline.embed.meaning import Vectors, embedded, word_means
from imports.pipeline.embed.texts import ChunkPlace, Page, pages_of, texts_of
from imports.ports import Embedder, WordMean

# How often a word of the person counts: their line stands in a page of answer.
_OWN_TIMES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a batch of chunks says: a vector each, and terms, as often as they count."""

    vectors: Vectors
    terms: NDArray[np.uint32]
    chunks: NDArray[np.uint16]  # in which one of the batch each term stands


class Reader:
    """Reads the chunks of one person, batch by batch."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._glossary = Glossary(embedder)

    def read(self, batch: Sequence[ChunkPlace], *, may_ask: bool = True) -> Reading:
        """Read some chunks; the vectors are in their order.

        :param may_ask: whether somebody else may be asked for them; if not, they are zeros
        :raises TransientFailure: the embedder asks to come back later
        """
        vectors = np.zeros((len(batch), self._embedder.dimensions), np.float32)
        terms, chunks = [np.empty(0, np.uint32)], [np.empty(0, np.uint16)]
        for page in pages_of(batch):
            parts = self._parts_of(page)
            if isinstance(self._embedder, WordMean):
                vectors[page.chunks] = word_means(
                    page,
                    parts,
                    self._glossary.sums,
                    own_share=self._embedder.own_share,
                )
            owners, words = _counted(page, parts)
            found, counts = self._glossary.terms_of(words)
            terms.append(found)
            chunks.append(np.repeat(owners, counts))
        if may_ask and not isinstance(self._embedder, WordMean):
            vectors = embedded(self._embedder, texts_of(batch))
        return Reading(
            vectors=vectors, terms=np.concatenate(terms), chunks=np.concatenate(chunks)
        )

    def _parts_of(self, page: Page) -> list[Numbers]:
        """Give the words of each chunk on a page, then what the person wrote of it."""
        layout = lay_out(page.text, [[span] for span in page.spans] + page.own)
        words = self._glossary.numbers_of(layout)
        ends = accumulate(layout.lengths, initial=0)
        return [words[start:end] for start, end in pairwise(ends)]


def _counted(page: Page, parts: list[Numbers]) -> tuple[NDArray[np.uint16], Numbers]:
    """Give words as often as they count, and in front of them the chunks that they stand in."""
    more = _OWN_TIMES - 1
    owners = page.chunks + [page.chunks[at] for at in page.speaking] * more
    counted = parts[: len(page.chunks)] + parts[len(page.chunks) :] * more
    lengths = [len(part) for part in counted]
    return np.repeat(np.array(owners, np.uint16), lengths), np.concatenate(counted)
