"""Read the parts of an export as one stream of conversations, from any position on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from imports.formats.decoding import Undecodable, decode_plain
from imports.formats.detection import detect, refuse
from imports.formats.failures import EmptyFile, NoMessages, NotAnExport
from imports.formats.layout import elements_of, lay_out
from imports.formats.limits import Limits
from imports.formats.providers import DECODERS, READERS, skipped
from imports.formats.records import START, Conversation, Position, Record
from imports.formats.slicing import Element
from imports.formats.sources import open_source

_PATIENCE = 1_000


def read_conversations(
    parts: Sequence[Path], *, limits: Limits, start: Position = START
) -> Iterator[Record]:
    """Yield every conversation and every skipped record behind ``start``, in order.

    Memory does not grow with the parts. A part that breaks off yields what came before.
    From the very start on, an export without a single message is a failure, unless it
    holds no record at all: the export of an account that was never used.

    :raises ExportFailure: a part cannot be read (on).
    """
    seen = _Seen()
    unreadable: NotAnExport | None = None
    for number in range(start.part, len(parts)):
        offset = start.offset if number == start.part else 0
        try:
            yield from map(seen.note, _read_part(parts[number], number, offset, limits))
        except NotAnExport as failure:
            if len(parts) == 1:
                raise
            unreadable = unreadable or failure
            position = Position(part=number + 1, offset=0)
            yield skipped("unknown_file", position=position, source_id=None)
    if start == START and not seen.messages and (seen.records or unreadable):
        raise unreadable or NoMessages


@dataclass(slots=True)
class _Seen:
    """Counts what passes, and holds nothing of it: a record is as large as it likes."""

    records: int = 0
    messages: int = 0

    def note(self, record: Record) -> Record:
        self.records += 1
        if isinstance(record, Conversation):
            self.messages += len(record.messages)
        return record


def _read_part(path: Path, part: int, offset: int, limits: Limits) -> Iterator[Record]:
    source = open_source(path)
    try:
        layout = lay_out(source, limits=limits)
    except EmptyFile as failure:
        detail = f"{path.name} is empty. Download the export again and upload it."
        raise EmptyFile(detail) from failure
    decode = DECODERS.get(layout.provider)
    elements = elements_of(source, layout, offset=offset, limits=limits, decode=decode)
    if layout.provider:
        yield from READERS[layout.provider](elements, part=part, limits=limits)
    else:
        yield from _detect_and_read(
            elements, part, limits, is_list=layout.is_array, is_resumed=offset > 0
        )


def _detect_and_read(
    elements: Iterator[Element],
    part: int,
    limits: Limits,
    *,
    is_list: bool,
    is_resumed: bool,
) -> Iterator[Record]:
    """Skip records until one shows whose export this is."""
    passed = 0
    first = None
    for element in elements:
        try:
            value = decode_plain(element)
        except Undecodable as error:
            yield skipped(error.reason, position=Position(part, element.end))
        else:
            if provider := detect(value):
                read = READERS[provider]
                yield from read(chain([element], elements), part=part, limits=limits)
                return
            first = first or value
            yield skipped("not_a_conversation", position=Position(part, element.end))
        passed += 1
        if passed >= _PATIENCE:
            break
    if passed and not is_resumed:
        raise refuse([first] if is_list or passed > 1 else first)
