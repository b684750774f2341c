"""Read element by element; one odd record is skipped and never ends an import."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

from imports.formats.decoding import Undecodable
from imports.formats.limits import Limits
from imports.formats.records import Conversation, Position, Record, Skipped
from imports.formats.slicing import Element

_DETAILS = {
    "conversation_too_large": "The conversation is larger than we accept.",
    "nested_too_deep": "The record nests deeper than any conversation does.",
    "invalid_json": "The record is not valid JSON.",
    "unexpected_shape": "The record does not have the shape of a conversation.",
    "no_mapping": "The conversation has no messages field.",
    "too_many_nodes": "The conversation has more messages than we accept.",
    "not_a_conversation": "The record is not a conversation of a service we know.",
    "media_posts_unread": "Pictures and videos that were made with Grok are not read.",
    "projects_unread": "The projects are larger than we accept, or damaged.",
    "unknown_file": "This file of the export does not hold conversations we know.",
}


class Reader(Protocol):
    """What every provider offers."""

    def __call__(
        self, elements: Iterable[Element], /, *, part: int, limits: Limits
    ) -> Iterator[Record]: ...


class ReadOne(Protocol):
    """Make a conversation of one element, or raise Undecodable."""

    def __call__(
        self, element: Element, /, *, position: Position, limits: Limits
    ) -> Conversation: ...


class ReadBeside(Protocol):
    """Make one record, or none, of the values under their keys."""

    def __call__(
        self, values: Iterable[tuple[str, Element]], /, *, position: Position
    ) -> Iterator[Record]: ...


class Beside(NamedTuple):
    """The keys beside the conversations that a provider's reader wants to see."""

    keys: Collection[str]
    read: ReadBeside


def each(read_one: ReadOne) -> Reader:
    """Make a reader for exports in which one element is one conversation."""

    def read(
        elements: Iterable[Element], /, *, part: int, limits: Limits
    ) -> Iterator[Record]:
        for element in elements:
            position = Position(part, element.end)
            try:
                yield read_one(element, position=position, limits=limits)
            except Undecodable as error:
                yield skipped(error.reason, position=position, source_id=error.source_id)

    return read


def skipped(reason: str, *, position: Position, source_id: str | None = None) -> Skipped:
    """Record that something was left out, and why."""
    return Skipped(
        reason=reason,
        detail=_DETAILS[reason],
        position=position,
        source_id=source_id or None,
    )
