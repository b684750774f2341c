"""Packs the messages of the person for a model: numbered, richest conversations first.

Packs are made month by month, so an export that comes again with newer conversations asks only
about the months that changed. A pack is planned from lengths alone and filled when it is its turn;
no more than one pack of texts is held at a time.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import F
from django.db.models.functions import TruncMonth

from imports.models import Conversation
from imports.pipeline.material import Declared
from imports.pipeline.material.excerpts import shortened
from imports.pipeline.material.play import Cue, as_themselves, cue_of
from imports.pipeline.material.spans import OwnMessage, own_messages
from imports.pipeline.material.tallies import LONGEST
from imports.pipeline.places import texts_at
from imports.pipeline.redaction import redact
from imports.ports import NumberedMessage

CHARACTERS = 43_000
# More than half of what people write says nothing about them, and is left out later.
PLANNED_CHARACTERS = 90_000
CONVERSATIONS = 40
# Ten conversations of ordinary length fill a pack; short ones count for less.
PER_CONVERSATION = 1_000
_PLANNED_AT_ONCE = 2_000


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
    """Conversations of a month with something to read in them; small, for there may be many."""

    ids: tuple[uuid.UUID, ...]  # the richest first
    richness: float
    messages: int
    characters: int
    digest: str  # of all that is in them


class _Row(NamedTuple):
    id: uuid.UUID
    richness: float
    messages: int
    characters: int
    content_hash: bytes
    month: datetime | None


Plan = list[Planned]


def plan(user_id: uuid.UUID) -> Generator[None, None, Plan]:
    """Plan all packs, the richest first; yields between the pieces."""
    packs: Plan = []
    month: datetime | None = None
    pending: list[_Row] = []
    for number, row in enumerate(_rows(user_id), 1):
        if pending and row.month != month:
            packs += _packed(pending)
            pending = []
        month = row.month
        pending.append(row)
        if number % _PLANNED_AT_ONCE == 0:
            yield
    packs += _packed(pending)
    packs.sort(key=lambda pack: (-pack.richness, pack.ids[0]))
    return packs


def _rows(user_id: uuid.UUID) -> Iterator[_Row]:
    rows = (
        Conversation.objects.filter(user_id=user_id, is_remembered=True, own_messages__gt=0)
        .annotate(month=TruncMonth("created_at"))
        .order_by(F("month").asc(nulls_first=True), "-richness", "id")
        .values_list(
            "id", "richness", "own_messages", "own_characters", "content_hash", "month"
        )
    )
    return map(_Row._make, rows.iterator(chunk_size=_PLANNED_AT_ONCE))


def _packed(month: Iterable[_Row]) -> Iterator[Planned]:
    pack: list[_Row] = []
    size = 0
    for each in month:
        cost = each.characters + PER_CONVERSATION
        if pack and (size + cost > PLANNED_CHARACTERS or len(pack) == CONVERSATIONS):
            yield _planned(pack)
            pack, size = [], 0
        pack.append(each)
        size += cost
    if pack:
        yield _planned(pack)


def _planned(pack: list[_Row]) -> Planned:
    digest = hashlib.sha256()
    for each in pack:
        digest.update(each.id.bytes + bytes(each.content_hash))
    return Planned(
        ids=tuple(each.id for each in pack),
        richness=pack[0].richness,
        messages=sum(each.messages for each in pack),
        characters=sum(each.characters for each in pack),
        digest=digest.hexdigest(),
    )


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


def filled(pack: Planned, *, key: str) -> list[Pack]:
    """Fill a planned pack; it has several parts if more was worth showing than expected."""
    parts = list(_split(_shown_of(pack), weight=pack.messages))
    return [replace(part, key=key, parts=len(parts)) for part in parts]


def _shown_of(pack: Planned) -> Iterator[Shown]:
    written = own_messages(pack.ids)
    texts: dict[int, str] = {}
    cues: dict[int, Cue | None] = {}
    for number, text in texts_at([each.place for each in written]):
        cues[number] = cue_of(text)
        if may_tell(text):
            texts[number] = shortened(redact(text), LONGEST)
    for number in _played(written, cues):
        texts.pop(number, None)
    numbered = {each: number for number, each in enumerate(pack.ids, 1)}
    seen: set[str] = set()
    for number, each in enumerate(written):
        text = texts.get(number, "")
        normal = " ".join(text.casefold().split())
        if number not in texts or normal in seen:
            continue
        seen.add(normal)
        message = NumberedMessage(
            number=0,
            text=text,
            at=each.at,
            conversation=numbered[each.place.conversation_id],
        )
        yield Shown(
            message=message,
            conversation_id=each.place.conversation_id,
            message_id=each.id,
        )


def _played(written: Sequence[OwnMessage], cues: dict[int, Cue | None]) -> Iterator[int]:
    """Number the messages in which the person means somebody else."""
    for _, talk in groupby(
        enumerate(written), key=lambda each: each[1].place.conversation_id
    ):
        numbers = [number for number, _ in talk]
        meant = as_themselves(map(cues.get, numbers))
        yield from (
            number for number, is_meant in zip(numbers, meant, strict=True) if not is_meant
        )


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


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of English that are words of no neighboring language.
_ENGLISH = _words("the what how are and this that why does with to explain")
# Of who speaks of themselves, or says how they want to be answered.
_PERSONAL = _words(
    "i im ive me my mine myself we our ours us always never remember shorter concise"
)
_WISH = re.compile(
    r"from now on|\bprefer|\binstead of\b|\bcall you\b|\byour name\b|\bbullet"
    r"|\bin (?:english|german|french|spanish|italian|portuguese)\b"
)
_WORD = re.compile(r"\w+")


def may_tell(text: str) -> bool:
    """Tell whether a text may say something about its author.

    Only English that speaks of nobody is ruled out; what is not recognized is read.
    """
    if len(text.split(None, 1)) < 2 and text.isascii():
        return False
    plain = text.replace("\u2019", "'").lower()
    # Words are looked up: to look for each of them in a text takes three times as long.
    if not _PERSONAL.isdisjoint(_WORD.findall(plain)) or _WISH.search(plain):
        return True
    return sum(word in _ENGLISH for word in _WORD.findall(plain[:2_000])) < 2
