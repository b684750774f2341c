"""Shortens chosen conversations to what is worth reading, within a budget of characters."""

from __future__ import annotations

import re
import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Case, Func, TextField, When

from imports.models import Conversation
from imports.pipeline.material.play import as_themselves, cue_of
from imports.pipeline.material.sampling import Candidate, candidates, in_order_of_worth
from imports.pipeline.material.spans import OWN_WORDS, Said, said_in
from imports.pipeline.places import texts_at
from imports.pipeline.redaction import redact
from imports.pipeline.richness import first_person
from imports.ports import Excerpt, Turn

PER_EXCERPT = 5_000
USER_TURN = 1_500
PASTED_TURN = 400
ASSISTANT_TURN = 240
OVERHEAD = 80  # of a line: its number, date and fence
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# All that is said lies in front, and is often less than half of what there is. Beyond this, only
# what is asked for is read, and each of it takes a walk through the text.
_SHORT = 4_000_000  # characters
_SHORT_TEXT = Case(
    When(
        shown_length__lte=_SHORT,
        then=Func("transcript", "shown_length", function="LEFT", output_field=TextField()),
    )
)


class _Row(NamedTuple):
    id: uuid.UUID
    title: str
    created_at: datetime | None
    spans: list[list[Any]]
    short_text: str | None


def read_excerpts(
    user_id: uuid.UUID, *, conversations: int, characters: int
) -> Generator[None, None, tuple[Excerpt, ...]]:
    """Choose and shorten conversations, oldest first; yields between the pieces."""
    chosen: list[Excerpt] = []
    seen: set[str] = set()
    left = characters
    pool = candidates(user_id, count=conversations)
    for conversation in _rows(islice(in_order_of_worth(pool), 4 * conversations)):
        if len(chosen) == conversations or left < USER_TURN:
            break
        excerpt = _excerpt_of(conversation, characters=min(PER_EXCERPT, left))
        opening = _opening(excerpt)
        # The same question asked again tells nothing new.
        if opening and opening not in seen:
            seen.add(opening)
            chosen.append(excerpt)
            left -= _size(excerpt)
        yield
    chosen.sort(key=lambda excerpt: (excerpt.at or _EPOCH, excerpt.title))
    return tuple(chosen)


def _excerpt_of(conversation: _Row, *, characters: int) -> Excerpt:
    """Shorten a conversation: its beginning, what is personal in it, its end."""
    said = list(said_in(conversation.id, conversation.spans))
    texts = _Texts(said, conversation.short_text)
    left = characters - len(conversation.title) - OVERHEAD
    taken: dict[int, Turn] = {}
    for place in _by_importance(said, texts):
        # Of a long conversation hardly anything fits; the rest is not worth cleaning.
        if left < OVERHEAD + min(said[place].length, _limit(said[place])) // 2:
            continue
        turn = _turn(said[place], texts.of(place))
        cost = len(turn.text) + OVERHEAD
        if turn.text and cost <= left:
            taken[place] = turn
            left -= cost
    return Excerpt(
        title=redact(conversation.title)[:200],
        at=conversation.created_at,
        turns=tuple(taken[place] for place in sorted(taken)),
    )


def _rows(chosen: Iterable[Candidate]) -> Iterator[_Row]:
    # One at a time: the richest conversations are among the longest.
    for each in chosen:
        found = Conversation.objects.filter(id=each.id).annotate(short_text=_SHORT_TEXT)
        yield from map(_Row._make, found.values_list(*_Row._fields))


class _Texts:
    """The texts of a conversation's messages, by their numbers."""

    def __init__(self, said: Sequence[Said], short_text: str | None) -> None:
        self._said = said
        self._short_text = short_text

    def of(self, number: int) -> str:
        """Give the text of one message."""
        return next((text for _, text in self.of_all([number])), "")

    def of_all(self, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yield numbers and texts, in any order; nothing of what was erased meanwhile."""
        places = [self._said[number].place for number in numbers]
        if self._short_text is None:
            for at, text in texts_at(places):
                yield numbers[at], text
        else:
            for number, place in zip(numbers, places, strict=True):
                yield number, self._short_text[place.start : place.end]


def _by_importance(said: list[Said], texts: _Texts) -> list[int]:
    """Order turns: the first of the person, then the personal ones with their answers, the last.

    What is played is left out.
    """
    own = [place for place, each in enumerate(said) if each.role == "user"]
    read = {place: (first_person(text), cue_of(text)) for place, text in texts.of_all(own)}
    hits = {place: hits for place, (hits, _) in read.items()}
    meant = as_themselves(read[place][1] if place in read else None for place in own)
    own = [place for place, is_meant in zip(own, meant, strict=True) if is_meant]
    ranked = sorted(own, key=lambda place: (place != own[0], -hits.get(place, 0), place))
    if len(ranked) > 2:
        ranked.remove(own[-1])
        ranked.insert(2, own[-1])
    order: list[int] = []
    for place in ranked:
        order.append(place)
        if place + 1 < len(said) and said[place + 1].role == "assistant":
            order.append(place + 1)
    return order


def _limit(said: Said) -> int:
    if said.role == "assistant":
        return ASSISTANT_TURN
    return USER_TURN if said.origin in OWN_WORDS else PASTED_TURN


def _turn(said: Said, text: str) -> Turn:
    text = _CODE.sub("[code]", text) if "```" in text else text
    return Turn(role=said.role, text=shortened(redact(text[:20_000]), _limit(said)))


def shortened(text: str, limit: int) -> str:
    """Leave out the middle of a text that is too long."""
    text = text.strip()
    if len(text) <= limit:
        return text
    tail = limit // 4
    return f"{text[: limit - tail - 5]} ... {text[-tail:]}"


def _opening(excerpt: Excerpt) -> str:
    first = next((turn.text for turn in excerpt.turns if turn.role == "user"), "")
    return " ".join(first.casefold().split())[:160]


def _size(excerpt: Excerpt) -> int:
    turns = sum(len(turn.text) + OVERHEAD for turn in excerpt.turns)
    return len(excerpt.title) + OVERHEAD + turns
