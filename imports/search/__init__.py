"""Answers a question from a person's memory: by meaning and by words, exactly, within one person.

    first   cosine + BM25 over the most it could be + 4 * facts    of every chunk of the tier
    then    + 2 * its best sentence over one that holds it all     of the best hundred, read once more

The vector of the question is first turned away from what all texts of the person have in common.
Every chunk is scored; there is no index that could miss one. Vectors are compared only within the
space of the embedder that is wired now: a chunk of another space, or without a vector, is still
found by its words. A hit's score is between 0 and 1 and compares hits of one question.

The one door is ``search(user_id, Question(text=..., limit=10, tier=None, provider=None, role=None,
since=None, until=None)) -> list[Hit]``. A ``Hit`` has ``text``, ``score``, ``title``, ``at``, ``role``,
``provider``, ``conversation_id``, ``source_id``, ``message_ids``, ``start`` and ``end`` in the
transcript, the ``exchange`` around it, ``facts`` that it proves, ``marks`` (which characters of
``text`` are words that were asked for) and an ``excerpt`` for lists: its ``text`` of at most 320
characters and the ``marks`` in it.
"""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings

from imports import wiring
from imports.errors import Failure
from imports.lexicon.terms import Asked
from imports.models import Tier
from imports.search.excerpts import Excerpt, Mark
from imports.search.hits import Exchange, Hit, Turn, read_hits
from imports.search.question import (
    LONGEST_QUESTION,
    MOST_HITS,
    Question,
    QuestionRefused,
)
from imports.search.saying import said_in

if TYPE_CHECKING:
    from imports.ports import Embedder
    from imports.search.passages import Passage

__all__ = [
    "LONGEST_QUESTION",
    "MOST_HITS",
    "Excerpt",
    "Exchange",
    "Hit",
    "Mark",
    "Question",
    "QuestionRefused",
    "Turn",
    "said_in",
    "search",
]
logger = logging.getLogger(__name__)

_MOST_TERMS = 64  # a long question is a text; its first words say what it is about
_CHUNKS_PER_HIT = 2  # neighbors melt into one hit
# What is read once more: as many chunks of a tier as make up about so many characters.
_READ_CHARACTERS = 52_000
_LEAST_READ = 25
_MOST_READ = 100
_ROUNDS = 3  # with filters on messages, which the best chunks may all fail


def search(
    user_id: uuid.UUID, question: Question, *, embedder: Embedder | None = None
) -> list[Hit]:
    """Give the best hits, the best first; none for a question without a word.

    :raises QuestionRefused: it is too long, or asks for a tier that cannot be searched
    """
    tier = question.checked(settings.EMBEDDED_TIERS)
    if not question.text.strip():
        return []
    return _answer(user_id, question, tier, embedder or wiring.ports().question_embedder)


def _answer(
    user_id: uuid.UUID, question: Question, tier: str, embedder: Embedder
) -> list[Hit]:
    # The web process loads numpy with its first search, not before.
    from imports.pipeline.embed.aim import aimed
    from imports.pipeline.embed.lessons import taught
    from imports.search.facts import proofs
    from imports.search.passages import read_passages
    from imports.search.scoring import fused, word_scores

    base_space, embedder = embedder.space, taught(user_id, embedder)
    vector = _vector(question.text, embedder)
    if vector is not None:
        vector = aimed(user_id, vector, base_space=base_space)
    asked = Asked.of(question.text, most=_MOST_TERMS)
    words = word_scores(user_id, tier, asked.terms)
    proven = proofs(user_id, tier, question.text, vector=vector, embedder=embedder)
    step = _chunks_read(tier)
    ranked = fused(
        user_id, question, tier, words=words, proofs=proven, vector=vector,
        space=embedder.space, most=step * _ROUNDS if question.looks_inside else step,
    )  # fmt: skip
    passages: list[Passage] = []
    for at in range(0, len(ranked), step):
        passages += read_passages(
            ranked[at : at + step],
            question=question,
            asked=asked,
            rarity=words.rarity,
            proofs=proven,
        )
        if len(passages) >= _CHUNKS_PER_HIT * question.limit:
            break
    return read_hits(passages, asked=asked, most=question.limit)


def _chunks_read(tier: str) -> int:
    from imports.pipeline.chunking import TIER_CHARACTERS

    fitting = _READ_CHARACTERS // TIER_CHARACTERS[Tier(tier)]
    return min(max(fitting, _LEAST_READ), _MOST_READ)


def _vector(text: str, embedder: Embedder) -> Any:
    """Embed the question; None when there is nothing to compare, or nobody to ask."""
    try:
        (vector,) = embedder.embed([text])
    except Failure as failure:
        logger.warning("searching by words alone: %s", failure.code)
        return None
    return vector if vector.any() else None
