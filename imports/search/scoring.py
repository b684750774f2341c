"""Scores every chunk of a person in one pass: cosine in PostgreSQL; words and facts are added here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector

from imports.lexicon import MOST_COUNTED, blocks
from imports.models.copying import copying

if TYPE_CHECKING:
    from imports.search.facts import Proof
    from imports.search.question import Question


WORDS_WEIGHT = 1.0
FACTS_WEIGHT = 4.0  # more than all the rest: a fact was verified, and is the answer
_SCORED = np.dtype([("id", ">i8"), ("cosine", ">f4")])

# What is megabytes comes as COPY in binary: as values of a SELECT, bytes are spelled in hexadecimal,
# and reading that took most of the time of a question.
_WORDS = """
COPY (
    SELECT last_id, bucket, content FROM imports_wordblock
    WHERE user_id = %s AND tier = %s AND bucket = ANY(%s)
) TO STDOUT (FORMAT BINARY)
"""
# One value comes back, not a row per chunk: 12 bytes each, 0.2 MB for 20,000 chunks.
# The space is looked at before the vectors are compared; widths differ between spaces. Vectors are
# of length one: their inner product is their cosine, for less.
_COSINES = """
COPY (
SELECT string_agg(int8send(chunk.id) || float4send((
    CASE WHEN chunk.embedding_space = %(space)s
    THEN -(chunk.embedding <#> %(vector)s::halfvec) ELSE 0 END
)::float4), ''::bytea)
FROM imports_chunk chunk {join}
WHERE chunk.user_id = %(user)s AND chunk.tier = %(tier)s {filters}
) TO STDOUT (FORMAT BINARY)
"""
_JOIN = "JOIN imports_conversation conversation ON conversation.id = chunk.conversation_id"
_FILTERS = {
    "provider": "AND conversation.provider = %(provider)s",
    # Rough: what was said when is told by the hit itself.
    "since": "AND coalesce(conversation.updated_at, conversation.created_at, %(since)s)"
    " >= %(since)s - interval '1 day'",
    "until": "AND coalesce(conversation.created_at, %(until)s) <= %(until)s + interval '1 day'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordScores:
    """The BM25 of chunks by ascending id, and what each term that was asked for weighs."""

    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    scores: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    rarity: Mapping[int, float] = field(default_factory=dict)


def word_scores(user_id: uuid.UUID, tier: str, terms: Sequence[int]) -> WordScores:
    """Score every chunk whose words are stored."""
    if not terms:
        return WordScores()
    buckets = {term % blocks.BUCKETS for term in terms} | {blocks.HEAD}
    with copying(_WORDS, [user_id, tier, sorted(buckets)]) as copy:
        copy.set_types(["int8", "int2", "bytea"])
        pieces = {(block, bucket): content for block, bucket, content in copy.rows()}
    scorer = blocks.Scorer(pieces)
    order = np.argsort(scorer.ids)
    scores = scorer.scores(terms)
    return WordScores(ids=scorer.ids[order], scores=scores[order], rarity=scorer.rarity)


def fused(
    user_id: uuid.UUID,
    question: Question,
    tier: str,
    *,
    words: WordScores,
    proofs: Sequence[Proof],
    vector: NDArray[np.float32] | None,
    space: str,
    most: int,
) -> list[tuple[int, float]]:
    """Give (chunk, score), the best first, of what scores at all."""
    ids, total = cosines(user_id, question, tier, vector=vector, space=space)
    if not len(ids):
        return []
    by_words = _aligned(words, ids)
    if len(words.rarity):
        # Beside all that could be held, not beside the best there is: where only the common words
        # of a question are found, what it means should decide.
        total = total + WORDS_WEIGHT * by_words / (
            MOST_COUNTED * sum(words.rarity.values())
        )
    for proof in proofs:
        total[ids == proof.chunk_id] += FACTS_WEIGHT * proof.match
    best_at = np.argpartition(-total, most)[:most] if most < len(total) else slice(None)
    order = np.arange(len(total))[best_at]
    order = order[np.lexsort((ids[order], -total[order]))]
    return [(int(ids[at]), float(total[at])) for at in order if total[at] > 0]


def cosines(
    user_id: uuid.UUID,
    question: Question,
    tier: str,
    *,
    vector: NDArray[np.float32] | None,
    space: str,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give every chunk that the filters let through, with its cosine; 0 without a vector."""
    asked = {name: getattr(question, name) for name in _FILTERS if getattr(question, name)}
    statement = _COSINES.format(
        join=_JOIN if asked else "", filters=" ".join(_FILTERS[name] for name in asked)
    )
    values = asked | {
        "user": user_id,
        "tier": tier,
        # Nothing lies in the space without a name: then all cosines are zero.
        "space": space if vector is not None else "-",
        "vector": None if vector is None else HalfVector(vector).to_text(),
    }
    with copying(statement, values) as copy:
        copy.set_types(["bytea"])
        ((data,),) = copy.rows()
    rows = np.frombuffer(data or b"", _SCORED)
    return rows["id"].astype(np.int64), rows["cosine"].astype(np.float64)


def _aligned(words: WordScores, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    if not len(words.ids):
        return np.zeros(len(ids), np.float32)
    at = np.minimum(np.searchsorted(words.ids, ids), len(words.ids) - 1)
    return np.where(words.ids[at] == ids, words.scores[at], np.float32(0))
