"""Answers a question from a person's memory: by meaning and by words, exactly, within one person.

    score = cosine + 0.5 * BM25 / (the best BM25 of this question)

Every chunk of the tier is scored; there is no index that could miss one. Vectors are compared
only within the space of the embedder that is wired now: a chunk of another space, or without a
vector, is still found by its words.

The one door is ``search(user_id, Question(text=..., limit=10, tier=None, provider=None, role=None,
since=None, until=None)) -> list[Hit]``. A ``Hit`` has ``text``, ``score``, ``title``, ``at``, ``role``,
``provider``, ``conversation_id``, ``source_id``, ``message_ids``, ``start`` and ``end`` in the
transcript, the ``exchange`` around it, ``marks`` (which characters of ``text`` are words that were
asked for) and an ``excerpt`` for lists: its ``text`` of at most 320 characters and the ``marks`` in it.
"""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings

from imports import wiring
from imports.errors import Failure
from imports.search.excerpts import Excerpt, Mark
from imports.search.hits import Exchange, Hit, read_hits
from imports.search.question import (
    LONGEST_QUESTION,
    MOST_HITS,
    Question,
    QuestionRefused,
)

if TYPE_CHECKING:
    from imports.ports import Embedder

__all__ = [
    "LONGEST_QUESTION",
    "MOST_HITS",
    "Excerpt",
    "Exchange",
    "Hit",
    "Mark",
    "Question",
    "QuestionRefused",
    "search",
]
logger = logging.getLogger(__name__)

# How many chunks are looked at per hit that is asked for: neighbours melt into one.
_CHUNKS_PER_HIT = 3
_MOST_CHUNKS = 300  # when a role or a time is asked for, and the best chunks have another


def search(
    user_id: uuid.UUID, question: Question, *, embedder: Embedder | None = None
) -> list[Hit]:
    """Give the best hits, the best first; none for a question without a word.

    :raises QuestionRefused: it is too long, or asks for a tier that cannot be searched
    """
    tier = question.checked(settings.EMBEDDED_TIERS)
    if not question.text.strip():
        return []
    ranked = _ranked(user_id, question, tier, embedder or wiring.ports().embedder)
    hits: list[Hit] = []
    most = _MOST_CHUNKS if question.looks_inside else question.limit * _CHUNKS_PER_HIT
    step = max(question.limit * _CHUNKS_PER_HIT, 30)
    for at in range(0, min(most, len(ranked)), step):
        # Without a filter on the text itself, what is read is what is given.
        enough = None if question.looks_inside else question.limit
        found = read_hits(ranked[at : at + step], question=question.text, most=enough)
        hits += [hit for hit in found if question.admits(hit)]
        if len(hits) >= question.limit:
            break
    return hits[: question.limit]


def _ranked(
    user_id: uuid.UUID, question: Question, tier: str, embedder: Embedder
) -> list[tuple[int, float]]:
    """Give chunk and score of all that is worth looking at, the best first."""
    # The web process loads numpy with its first search, not before.
    from imports.pipeline.embed.lessons import taught
    from imports.search.scoring import fused, word_scores

    embedder = taught(user_id, embedder)
    words = word_scores(user_id, tier, question.text)
    vector = _vector(question.text, embedder)
    return fused(
        user_id, question, tier, words=words, vector=vector, space=embedder.space,
        most=_MOST_CHUNKS,
    )  # fmt: skip


def _vector(text: str, embedder: Embedder) -> Any:
    """Embed the question; None when there is nothing to compare, or nobody to ask."""
    try:
        (vector,) = embedder.embed([text])
    except Failure as failure:
        logger.warning("searching by words alone: %s", failure.code)
        return None
    return vector if vector.any() else None
