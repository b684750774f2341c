"""Lays the postings of many texts out as bytes, so that a question reads little of them.

A block is one head (which chunks, how many terms each) and ``BUCKETS`` pieces: a term lies in the
piece ``term % BUCKETS``, as 7 bytes per text that contains it. Small blocks are written as texts
come, and merged later: what a question costs is the number of blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imports.lexicon import K1, B

BUCKETS = 64
HEAD = -1  # the bucket under which the head of a block lies
_HEAD = np.dtype([("id", "<i8"), ("length", "<u2")])
_POSTING = np.dtype([("term", "<u4"), ("place", "<u2"), ("count", "u1")])
HEAD_BYTES = _HEAD.itemsize  # per text
MOST_TEXTS = 65_536  # in a block: a place is two bytes


def pack(
    ids: Sequence[int] | NDArray[np.int64],
    places: NDArray[np.int32],
    terms: NDArray[np.uint32],
) -> Iterator[tuple[int, bytes]]:
    """Give the pieces of a block that are not empty, by bucket.

    ``places`` says in which of the texts each term stands.
    """
    head = np.zeros(len(ids), _HEAD)
    head["id"] = ids
    head["length"] = np.minimum(np.bincount(places, minlength=len(ids)), 65_535)
    yield HEAD, head.tobytes()
    everything = terms.astype(np.uint64) << np.uint64(16) | places.astype(np.uint64)
    pairs, counts = np.unique(everything, return_counts=True)
    postings = np.zeros(len(pairs), _POSTING)
    postings["term"] = pairs >> np.uint64(16)
    postings["place"] = pairs & np.uint64(0xFFFF)
    postings["count"] = np.minimum(counts, 255)
    buckets = postings["term"] % BUCKETS
    order = np.argsort(buckets, kind="stable")
    borders = np.searchsorted(buckets[order], np.arange(BUCKETS + 1))
    for bucket in range(BUCKETS):
        piece = postings[order[borders[bucket] : borders[bucket + 1]]]
        if len(piece):
            yield bucket, piece.tobytes()


def ids_in(head: bytes) -> NDArray[np.int64]:
    """Give the chunks of a block, in order."""
    return np.frombuffer(head, _HEAD)["id"].astype(np.int64)


def merged_heads(heads: Sequence[bytes], *, kept: Sequence[NDArray[np.bool_]]) -> bytes:
    """Give the head of the block that takes the place of some, with what is kept of each."""
    return b"".join(
        np.frombuffer(head, _HEAD)[keep].tobytes()
        for head, keep in zip(heads, kept, strict=True)
    )


def merged_pieces(
    pieces: Mapping[int, bytes], *, kept: Sequence[NDArray[np.bool_]]
) -> bytes:
    """Give one bucket of the merged block; ``pieces`` are by the number of their block."""
    merged, offset = [], 0
    for number, keep in enumerate(kept):
        postings = np.frombuffer(pieces.get(number, b""), _POSTING)
        postings = postings[keep[postings["place"]]]
        postings["place"] = (np.cumsum(keep) - 1 + offset)[postings["place"]]
        merged.append(postings.tobytes())
        offset += int(keep.sum())
    return b"".join(merged)


class Scorer:
    """Exact BM25 of one question over all blocks of a person.

    ``pieces`` are the heads and those buckets that the question needs, by (block, bucket).
    """

    def __init__(self, pieces: Mapping[tuple[int, int], bytes]) -> None:
        heads = {
            block: np.frombuffer(data, _HEAD)
            for (block, bucket), data in pieces.items()
            if bucket == HEAD
        }
        everything = np.concatenate([np.zeros(0, _HEAD), *heads.values()])
        self.ids: NDArray[np.int64] = everything["id"].astype(np.int64)
        self._lengths = everything["length"].astype(np.float32)
        self._pieces = pieces
        self.rarity: dict[int, float] = {}  # of each term that was scored
        ends = np.cumsum([len(head) for head in heads.values()])
        self._offsets = {
            block: int(end) - len(head)
            for (block, head), end in zip(heads.items(), ends, strict=True)
        }

    def scores(self, terms: Sequence[int]) -> NDArray[np.float32]:
        """Give the score of each of ``ids``; a term that is asked twice counts once."""
        total = len(self.ids)
        scores = np.zeros(total, np.float32)
        if not total:
            return scores
        norms = norm(self._lengths)
        for term in set(terms):
            places, counts = self._found(term)
            self.rarity[term] = weight = rarity(len(places), total)
            scores[places] += weight * counts * (K1 + 1) / (counts + norms[places])
        return scores

    def _found(self, term: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        places = [np.zeros(0, np.int64)]
        counts = [np.zeros(0, np.float32)]
        for block, offset in self._offsets.items():
            data = self._pieces.get((block, term % BUCKETS))
            if data is not None:
                postings = np.frombuffer(data, _POSTING)
                postings = postings[postings["term"] == term]
                places.append(postings["place"].astype(np.int64) + offset)
                counts.append(postings["count"].astype(np.float32))
        return np.concatenate(places), np.concatenate(counts)


def norm(lengths: NDArray[Any]) -> NDArray[np.float32]:
    """Give what BM25 adds to the count of a term, in texts of so many terms."""
    relative = lengths.astype(np.float32) / max(float(lengths.mean()), 1.0)
    return (K1 * (1 - B + B * relative)).astype(np.float32)


def rarity(found: int, total: int) -> float:
    """Give what a term weighs that so many of all texts hold."""
    return float(np.log(1 + (total - found + 0.5) / (found + 0.5)))
