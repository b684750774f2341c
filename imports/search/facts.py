"""Leads a question about the person to what proves the answer.

"What am I allergic to?" shares no word with "shellfish sent me to the emergency room". The fact that
was learned from that message says "Is allergic to shellfish", and knows where it was said.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from imports.lexicon import blocks
from imports.lexicon.terms import terms_of
from imports.models import Fact
from imports.models.results import BY_PEOPLE
from imports.ports import Embedder, WordMean
from imports.search.question import PERSON

# The words with which people ask for a slot, beside its name and what a statement says itself.
ASKED_WITH = {
    "name": "called call full first last surname",
    "age": "old born birthday years",
    "birth_year": "old age born birthday",
    "occupation": "job work profession living career role earn",
    "employer": "job work company boss office change started former",
    "business": "company startup firm own",
    "home": "live house city town address country apartment move place based former",
    "origin": "grow grew up born raised childhood from hometown native country",
    "relation": "family name called relative partner pet animal child kid parent sibling friend",
    "children": "kids sons daughters family",
    "status": "married single partner relationship",
    "condition": "health illness disease diagnosis sick medical suffer",
    "allergy": "allergic allergies intolerance react",
    "diet": "eat food follow vegetarian meat",
    "pregnancy": "pregnant baby expecting",
    "likes": "love enjoy hobby favorite fun free spare time weekends interest",
    "dislikes": "hate stand bear dislike avoid annoy",
    "prefers": "preference rather better like",
    "favorite": "favourite best like love most book novel film movie song music food color",
    "response": "answer reply respond talk tone style format instructions general",
    "ai_name": "name called call assistant you",
    "uses": "tool program software app use editor switch every day daily",
    "skill": "good able know can",
    "experience": "years long worked",
    "learning": "learn study practice course language subject",
    "language": "languages speak fluent foreign tongue",
    "goal": "goal plan dream want hope wish achieve big someday one day future",
    "project": "project side building work called name spare time",
    "event": "happened happen did last big",
    "habit": "routine daily every day usually regularly morning evening",
    "religion": "faith believe church",
    "value": "care important believe",
    "degree": "studied university graduate education",
    "school": "studied university college education",
    "student": "study university school",
    "studies": "study university subject major",
}
# Words by which a memory is asked, whatever is looked for.
_ASKING = (
    "user say said tell told mention mentioned talk give gave ever else now since currently"
)
_MOST_FACTS = 1_000
_MOST_TERMS = 64
_LED_TO = 5  # facts at most; a question asks for one or two
_FEW = 16  # statements at a time: for short texts, an embedder does not load what long ones take
_COVERED = 0.45  # of the question's words, by weight, or it asks for something else
# What meaning adds: it tells the parrot from the daughter when a pet is asked for.
_LIKENESS = 0.5

# Materialized, and a conversation as a whole behind OFFSET 0: or a message is read anew for each chunk
# of its conversation, and a conversation for each of its messages.
_PLACES = """
WITH proof AS MATERIALIZED (
    SELECT * FROM unnest(
        %(facts)s::int[], %(conversations)s::uuid[], %(messages)s::text[], %(quotes)s::text[]
    ) AS proof(fact, conversation_id, message_id, quote)
), talk AS MATERIALIZED (
    SELECT conversation_id, array_agg(message_id) AS messages FROM proof GROUP BY conversation_id
), message AS MATERIALIZED (
    SELECT DISTINCT ON (c.id, said.id) c.id AS conversation_id, said.id, said.starts,
        imports_text_at(
            whole.utf8, c.milestones, said.starts, said.ends - said.starts
        ) AS text
    FROM talk
    JOIN imports_conversation c ON c.id = talk.conversation_id AND c.user_id = %(user)s
    CROSS JOIN LATERAL (SELECT convert_to(c.transcript, 'UTF8') AS utf8 OFFSET 0) whole
    CROSS JOIN LATERAL (
        SELECT span->>0 AS id, (span->>4)::int AS starts, (span->>5)::int AS ends, number
        FROM jsonb_array_elements(c.spans) WITH ORDINALITY AS each(span, number)
        WHERE span->>0 = ANY(talk.messages)
    ) said
    ORDER BY c.id, said.id, said.number
), place AS MATERIALIZED (
    SELECT proof.fact, message.conversation_id,
        message.starts + greatest(strpos(message.text, proof.quote) - 1, 0) AS at
    FROM proof JOIN message
        ON message.conversation_id = proof.conversation_id AND message.id = proof.message_id
)
SELECT chunk.id, place.fact, place.at
FROM place JOIN imports_chunk chunk ON chunk.conversation_id = place.conversation_id
    AND chunk.tier = %(tier)s AND chunk.start <= place.at AND chunk."end" > place.at
ORDER BY place.fact, place.conversation_id, place.at, chunk.start
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A place in a chunk that proves a fact which was asked for; ``match`` is about 1 for a whole answer."""

    chunk_id: int
    at: int  # character of the transcript
    statement: str
    match: float


def proofs(
    user_id: uuid.UUID,
    tier: str,
    text: str,
    *,
    vector: NDArray[np.float32] | None,
    embedder: Embedder,
) -> list[Proof]:
    """Give what proves the facts that a question asks for, the best first."""
    facts = list(
        Fact.objects.filter(user_id=user_id)
        .exclude(superseded_reason__in=BY_PEOPLE)
        .order_by("-confidence", "id")
        .values_list("id", "slot", "category", "statement", "evidence__0__quote")[
            :_MOST_FACTS
        ]
    )
    asked, asking = terms_of([text, _ASKING])
    asked = np.setdiff1d(asked, asking)[:_MOST_TERMS]
    if not (facts and len(asked)):
        return []
    # Who asks for "tools" alone is looking for a word; "my tools" are something that is known.
    cues = ASKED_WITH if PERSON.search(text) else {}
    matches = _covered(terms_of([_card(fact, cues) for fact in facts]), asked)
    fitting = np.flatnonzero(matches >= _COVERED)
    if vector is not None and isinstance(embedder, WordMean) and len(fitting):
        said = _embedded(embedder, [facts[at][3] for at in fitting.tolist()])
        matches[fitting] += _LIKENESS * np.maximum(said @ vector, 0)
    best = sorted(fitting.tolist(), key=lambda at: -matches[at])[:_LED_TO]
    chosen = {facts[at][0]: float(matches[at]) for at in best}
    return _places(user_id, tier, chosen)


def _embedded(embedder: Embedder, statements: Sequence[str]) -> NDArray[np.float32]:
    parts = [statements[at : at + _FEW] for at in range(0, len(statements), _FEW)]
    return np.concatenate([embedder.embed(part) for part in parts])


def _card(fact: Sequence[Any], cues: Mapping[str, str]) -> str:
    _, slot, category, statement, quote = fact
    return f"{slot} {cues.get(slot, '')} {category} {statement} {quote}"


def _covered(
    cards: Sequence[NDArray[np.uint32]], asked: NDArray[np.uint32]
) -> NDArray[np.float64]:
    """Give for each card how much of what is asked it holds; rare words count for more."""
    everything = np.concatenate(cards)
    owner = np.repeat(np.arange(len(cards)), [len(card) for card in cards])
    held, weight = np.zeros(len(cards)), 0.0
    for term in asked:
        holds = np.bincount(owner[everything == term], minlength=len(cards)) > 0
        rarity = blocks.rarity(int(holds.sum()), len(cards))
        held += rarity * holds
        weight += rarity
    return held / weight


def _places(user_id: uuid.UUID, tier: str, chosen: dict[uuid.UUID, float]) -> list[Proof]:
    """Find the chunks in which the facts were said."""
    found = (
        Fact.objects.filter(id__in=chosen)
        .only("statement", "evidence", "valid_to", "superseded_reason")
        .order_by("id")
    )
    facts = sorted(found, key=lambda fact: -chosen[fact.id])
    evidence = [(at, each) for at, fact in enumerate(facts) for each in fact.evidence]
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACES,
            {
                "user": user_id,
                "tier": tier,
                "facts": [at for at, _ in evidence],
                "conversations": [each["conversation_id"] for _, each in evidence],
                "messages": [each["message_id"] for _, each in evidence],
                "quotes": [each["quote"] for _, each in evidence],
            },
        )
        rows = cursor.fetchall()
    return [
        Proof(
            chunk_id=chunk,
            at=at,
            statement=_told(facts[fact]),
            match=chosen[facts[fact].id],
        )
        for chunk, fact, at in rows
    ]


def _told(fact: Fact) -> str:
    """Say a fact, and until when it held if that is over: nobody lives where they used to."""
    if fact.valid_to:
        return f"{fact.statement} (until {fact.valid_to:%B %Y})"
    return (
        f"{fact.statement} (earlier)"
        if fact.superseded_reason == "update"
        else fact.statement
    )
