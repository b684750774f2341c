"""Reads places in transcripts, however long these are: near ones together, and little at a time.

A conversation may have many millions of characters, and a single emoji among them makes a string
of it four times as large. So nothing here holds more than a stretch of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

NEAR = 100_000  # characters between two places that are read in one go
LONGEST = 500_000  # characters of a stretch, and of all that are asked for at once
# Of one conversation, to which it is little: it is opened as a whole for each question.
LONGEST_OF_ONE = 4_000_000

# To cut text, the server walks through some of its characters; what is wanted for the most part is
# sent whole. Its bytes are known without looking at it. Behind OFFSET 0, it is opened once.
_TEXTS = """
SELECT stretch.number, CASE WHEN part.is_whole THEN 0 ELSE stretch.start END,
    CASE WHEN part.is_whole THEN c.transcript
        ELSE imports_text_at(opened.utf8, c.milestones, stretch.start, stretch.length) END
FROM (
    SELECT id, array_agg(number) AS numbers, array_agg(start) AS starts,
        array_agg(length) AS lengths, min(length) AS shortest
    FROM unnest(%s::uuid[], %s::int[], %s::int[])
        WITH ORDINALITY AS each(id, start, length, number)
    GROUP BY id
) wanted
JOIN imports_conversation c ON c.id = wanted.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN octet_length(c.transcript) >= 4 * wanted.shortest + 4000
        THEN convert_to(c.transcript, 'UTF8') END AS utf8
    OFFSET 0
) opened
CROSS JOIN LATERAL unnest(wanted.numbers, wanted.starts, wanted.lengths)
    AS stretch(number, start, length)
CROSS JOIN LATERAL (
    SELECT octet_length(c.transcript) < 4 * stretch.length + 4000 AS is_whole
) part
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A span of a transcript, in characters."""

    conversation_id: uuid.UUID
    start: int
    end: int


@dataclass(slots=True, kw_only=True)
class _Stretch:
    """A piece of a transcript with some places in it, by their numbers."""

    conversation_id: uuid.UUID
    start: int
    end: int
    numbers: list[int]

    def takes(self, place: Place) -> bool:
        return (
            self.conversation_id == place.conversation_id
            and place.start - self.end <= NEAR
            and place.end - self.start <= LONGEST
        )


def texts_at(places: Sequence[Place]) -> Iterator[tuple[int, str]]:
    """Yield the number of each place and the text there, in any order.

    What has been erased meanwhile is left out.
    """
    for numbers, begin, text in stretches_at(places):
        for number in numbers:
            place = places[number]
            yield number, text[place.start - begin : place.end - begin]


def stretches_at(places: Sequence[Place]) -> Iterator[tuple[list[int], int, str]]:
    """Yield the numbers of places that lie near each other, and a text that holds these.

    Between them stands where in the transcript that text begins. Places come as they begin.
    """
    for stretches in _together(_stretches(places)):
        for stretch, begin, text in _read(stretches):
            yield stretch.numbers, begin, text


def _stretches(places: Sequence[Place]) -> Iterator[_Stretch]:
    """Put places that lie near each other together."""
    numbers = sorted(
        range(len(places)),
        key=lambda number: (places[number].conversation_id, places[number].start),
    )
    stretch: _Stretch | None = None
    for number in numbers:
        place = places[number]
        if stretch and stretch.takes(place):
            stretch.numbers.append(number)
            stretch.end = max(stretch.end, place.end)
            continue
        if stretch:
            yield stretch
        stretch = _Stretch(
            conversation_id=place.conversation_id,
            start=place.start,
            end=place.end,
            numbers=[number],
        )
    if stretch:
        yield stretch


def _together(stretches: Iterator[_Stretch]) -> Iterator[list[_Stretch]]:
    """Group what is asked for in one query."""
    group: list[_Stretch] = []
    size = 0
    for stretch in stretches:
        length = stretch.end - stretch.start
        is_of_one = all(each.conversation_id == stretch.conversation_id for each in group)
        if group and size + length > (LONGEST_OF_ONE if is_of_one else LONGEST):
            yield group
            group, size = [], 0
        group.append(stretch)
        size += length
    if group:
        yield group


def _read(stretches: Sequence[_Stretch]) -> Iterator[tuple[_Stretch, int, str]]:
    """Yield the text of each stretch, and where in the transcript it begins."""
    ids = [each.conversation_id for each in stretches]
    starts = [each.start for each in stretches]
    lengths = [each.end - each.start for each in stretches]
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, (ids, starts, lengths))
        for number, begin, text in cursor:
            yield stretches[number - 1], begin, text
