"""Packs the messages of the person for a model: numbered, richest conversations first.

Packs are made month by month, so an export that comes again with newer conversations asks only
about the months that changed. A pack is planned from lengths alone and filled when it is its turn;
no more than one pack of texts is held at a time.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from imports.models import Conversation
from imports.pipeline.material import Declared
from imports.pipeline.material.excerpts import shortened
from imports.pipeline.material.slices import rows_by_slice
from imports.pipeline.material.spans import OWN_WORDS, Said, said_in
from imports.pipeline.redaction import redact
from imports.ports import NumberedMessage

CHARACTERS = 43_000
# More than half of what people write says nothing about them, and is left out later.
PLANNED_CHARACTERS = 90_000
CONVERSATIONS = 40
# Ten conversations of ordinary length fill a pack; short ones count for less.
PER_CONVERSATION = 1_000
LONGEST = 2_400
_ROWS_AT_A_TIME = 5
_LENGTHS = """
    SELECT c.id, c.richness, coalesce(to_char(c.created_at, 'YYYY-MM'), ''), count(*),
        sum(least((s->>5)::int - (s->>4)::int, %s)), c.content_hash
    FROM {table} c, jsonb_array_elements(c.spans) s
    WHERE {slice} AND s->>1 = 'user' AND s->>2 IN ('visible', 'voice')
        AND (s->>6)::boolean AND s->>7 IN ('typed', 'dictated') AND (s->>5)::int > (s->>4)::int
    GROUP BY c.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as a model sees it, and where it came from."""

    message: NumberedMessage
    conversation_id: uuid.UUID
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Messages for one request. ``weight``: how many messages of the person it stands for."""

    shown: tuple[Shown, ...]
    weight: int
    may_be_halved: bool = True  # for a refusal; what is only too long may always be
    key: str = ""  # of the planned pack that it is part of
    parts: int = 1  # how many that pack has

    def after(self, number: int) -> Pack:
        """Give the rest behind a message, which an answer that was cut off did not reach."""
        rest = tuple(each for each in self.shown if each.message.number > number)
        return replace(self, shown=rest, weight=0)

    def halves(self) -> tuple[Pack, ...]:
        """Split a pack that is refused; one message cannot be split."""
        middle = len(self.shown) // 2
        parts = (self.shown[:middle], self.shown[middle:])
        weights = (self.weight // 2, self.weight - self.weight // 2)
        if middle == 0:
            return ()
        return tuple(
            replace(self, shown=part, weight=weight, may_be_halved=False)
            for part, weight in zip(parts, weights, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A conversation with something to read in it."""

    id: uuid.UUID
    richness: float
    month: str
    messages: int
    characters: int
    content_hash: bytes


Plan = list[tuple[Planned, ...]]


def plan(user_id: uuid.UUID) -> Generator[None, None, Plan]:
    """Plan all packs, the richest first; yields between the pieces."""
    found: list[Planned] = []
    for rows in rows_by_slice(_LENGTHS, user_id=user_id, leading=(LONGEST,)):
        found += [
            Planned(
                id=row[0],
                richness=row[1],
                month=row[2],
                messages=row[3],
                characters=row[4],
                content_hash=bytes(row[5]),
            )
            for row in rows
        ]
        yield
    found.sort(key=lambda each: (each.month, -each.richness, each.id))
    packs = [
        pack
        for _, month in groupby(found, key=lambda each: each.month)
        for pack in _packed(month)
    ]
    packs.sort(key=lambda pack: (-pack[0].richness, pack[0].id))
    return packs


def _packed(month: Iterable[Planned]) -> Iterator[tuple[Planned, ...]]:
    pack: list[Planned] = []
    size = 0
    for each in month:
        cost = each.characters + PER_CONVERSATION
        if pack and (size + cost > PLANNED_CHARACTERS or len(pack) == CONVERSATIONS):
            yield tuple(pack)
            pack, size = [], 0
        pack.append(each)
        size += cost
    if pack:
        yield tuple(pack)


# --- filling ---------------------------------------------------------------------------------


def declared_packs(declared: tuple[Declared, ...]) -> Iterator[Pack]:
    """Pack what the person declared: it is evidence like any message, and the best."""
    shown = (
        Shown(
            message=NumberedMessage(
                number=0, text=each.text, at=each.at, kind=each.kind, conversation=number
            ),
            conversation_id=each.conversation_id,
            message_id=each.message_id,
        )
        for number, each in enumerate(declared, 1)
    )
    parts = [part for part in _split(shown, weight=len(declared)) if part.shown]
    yield from (replace(part, parts=len(parts)) for part in parts)


def filled(pack: tuple[Planned, ...], *, key: str) -> list[Pack]:
    """Fill a planned pack; it has several parts if more was worth showing than expected."""
    weight = sum(each.messages for each in pack)
    parts = list(_split(_shown_of(pack), weight=weight))
    return [replace(part, key=key, parts=len(parts)) for part in parts]


def _shown_of(pack: tuple[Planned, ...]) -> Iterator[Shown]:
    seen: set[str] = set()
    places = {each.id: place for place, each in enumerate(pack, 1)}
    rows = Conversation.objects.filter(id__in=places).only("id", "spans", "transcript")
    texts = {
        row.id: [(said, _text_of(said)) for said in said_in(row) if _may_tell(said)]
        for row in rows.order_by("id").iterator(chunk_size=_ROWS_AT_A_TIME)
    }
    for each in pack:
        for said, text in texts.get(each.id, ()):
            normal = " ".join(text.casefold().split())
            if normal in seen:
                continue
            seen.add(normal)
            message = NumberedMessage(
                number=0, text=text, at=said.at, conversation=places[each.id]
            )
            yield Shown(message=message, conversation_id=each.id, message_id=said.id)


def _text_of(said: Said) -> str:
    return shortened(redact(said.text), LONGEST)


def _may_tell(said: Said) -> bool:
    return said.role == "user" and said.origin in OWN_WORDS and may_tell(said.text)


def _split(shown: Iterable[Shown], *, weight: int) -> Iterator[Pack]:
    """Number messages and cut where a pack is full; the last part carries the weight."""
    part: list[Shown] = []
    size = 0
    for each in shown:
        cost = len(each.message.text) + 40
        if part and size + cost > CHARACTERS:
            yield Pack(shown=tuple(part), weight=0)
            part, size = [], 0
        message = replace(each.message, number=len(part) + 1)
        part.append(replace(each, message=message))
        size += cost
    yield Pack(shown=tuple(part), weight=weight)


# --- what is worth showing -------------------------------------------------------------------

# Words of English that are words of no neighboring language.
_ENGLISH = re.compile(
    r"\b(?:the|what|how|are|and|this|that|why|does|with|to|explain)\b", re.I
)
_PERSONAL = re.compile(
    r"\b(?:i|i'm|im|i've|i'd|i'll|ive|me|my|mine|myself|we|we're|our|ours|us)\b"
    r"|from now on|\balways\b|\bnever\b|\bprefer|\binstead of\b|\bcall you\b|\byour name\b|\bremember\b"
    r"|\bshorter\b|\bbullet|\bconcise\b|\bin (?:english|german|french|spanish|italian|portuguese)\b",
    re.I,
)


def may_tell(text: str) -> bool:
    """Tell whether a text may say something about its author.

    Only English that speaks of nobody is ruled out; what is not recognized is read.
    """
    words = text.split()
    if len(words) < 2 and text.isascii():
        return False
    plain = text.replace("\u2019", "'")
    return bool(_PERSONAL.search(plain)) or len(_ENGLISH.findall(plain[:2_000])) < 2
