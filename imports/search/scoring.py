"""Scores every chunk of a person in one pass: cosine in PostgreSQL, BM25 here, then their sum."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection
from django.db.models import Q
from numpy.typing import NDArray
from pgvector import HalfVector

from imports.lexicon import blocks
from imports.lexicon.terms import terms_of
from imports.models import WordBlock

if TYPE_CHECKING:
    from imports.search.question import Question

WORDS_WEIGHT = 0.5
_MOST_TERMS = 64  # a long question is a text; its first words say what it is about
_SCORED = np.dtype([("id", ">i8"), ("cosine", ">f8")])

# One value comes back, not a row per chunk: 16 bytes each, 0.3 MB for 20,000 chunks.
# The space is looked at before the vectors are compared; widths differ between spaces.
_COSINES = """
SELECT string_agg(int8send(chunk.id) || float8send(
    CASE WHEN chunk.embedding_space = %(space)s
    THEN 1 - (chunk.embedding <=> %(vector)s::halfvec) ELSE 0 END
), ''::bytea)
FROM imports_chunk chunk {join}
WHERE chunk.user_id = %(user)s AND chunk.tier = %(tier)s {filters}
"""
_JOIN = "JOIN imports_conversation conversation ON conversation.id = chunk.conversation_id"
_FILTERS = {
    "provider": "AND conversation.provider = %(provider)s",
    # Rough: what was said when is told by the hit itself.
    "since": "AND coalesce(conversation.updated_at, conversation.created_at, %(since)s)"
    " >= %(since)s - interval '1 day'",
    "until": "AND coalesce(conversation.created_at, %(until)s) <= %(until)s + interval '1 day'",
}
Scores = tuple[NDArray[np.int64], NDArray[np.float32]]


def word_scores(user_id: uuid.UUID, tier: str, text: str) -> Scores:
    """Give the BM25 of every chunk whose words are stored, by ascending chunk."""
    (all_terms,) = terms_of([text])
    terms = list(dict.fromkeys(all_terms.tolist()))[:_MOST_TERMS]
    if not terms:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    buckets = {term % blocks.BUCKETS for term in terms} | {blocks.HEAD}
    rows = WordBlock.objects.filter(Q(user_id=user_id, tier=tier, bucket__in=buckets))
    pieces = {
        (block, bucket): bytes(content)
        for block, bucket, content in rows.values_list("last_id", "bucket", "content")
    }
    scorer = blocks.Scorer(pieces)
    order = np.argsort(scorer.ids)
    return scorer.ids[order], scorer.scores(terms)[order]


def fused(
    user_id: uuid.UUID,
    question: Question,
    tier: str,
    *,
    words: Scores,
    vector: NDArray[np.float32] | None,
    space: str,
    most: int,
) -> list[tuple[int, float]]:
    """Give (chunk, score), the best first, of what scores at all."""
    ids, total = cosines(user_id, question, tier, vector=vector, space=space)
    if not len(ids):
        return []
    by_words = _aligned(words, ids)
    best = by_words.max()
    if best > 0:
        total = total + WORDS_WEIGHT * by_words / best
    order = np.lexsort((ids, -total))[:most]
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
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (data,) = cursor.fetchone()
    rows = np.frombuffer(bytes(data or b""), _SCORED)
    # A text without a known token has a vector of zeros, whose cosine is no number.
    return rows["id"].astype(np.int64), np.nan_to_num(rows["cosine"].astype(np.float64))


def _aligned(words: Scores, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    known, scores = words
    if not len(known):
        return np.zeros(len(ids), np.float32)
    at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[at] == ids, scores[at], np.float32(0))
