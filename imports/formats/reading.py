"""Read the parts of an export as one stream of conversations, from any position on."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imports.formats.decoding import Undecodable, decode_plain
from imports.formats.detection import detect, refuse
from imports.formats.failures import EmptyFile, NoMessages, NotAnExport
from imports.formats.layout import elements_of, lay_out, values_beside
from imports.formats.limits import Limits
from imports.formats.providers import BESIDE, DECODERS, INTERLACED, READERS, skipped
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
    provider, begin = layout.provider, 0
    if not provider:
        # However far reading has come: the head of the part tells whose it is.
        elements = elements_of(source, layout, offset=0, limits=limits)
        is_list = layout.is_array
        provider, begin = yield from _detect(elements, part, offset, is_list=is_list)
    beside = BESIDE.get(provider) if len(layout.path) == 1 and layout.is_array else None
    end = Position(part, len(source.data))
    if not provider or (beside and offset == end.offset):
        return
    elements = elements_of(
        source,
        layout,
        offset=begin if provider in INTERLACED else max(begin, offset),
        limits=limits,
        decode=DECODERS.get(provider),
    )
    records = READERS[provider](elements, part=part, limits=limits)
    # Nothing here holds a record: a large one is let go before the next one is decoded.
    yield from filter(lambda record: record.position.offset > offset, records)
    if beside:
        values = values_beside(source, layout, beside.keys, limits=limits)
        yield from beside.read(values, position=end)


def _detect(
    elements: Iterator[Element], part: int, offset: int, *, is_list: bool
) -> Generator[Record, None, tuple[str, int]]:
    """Skip records until one shows whose export this is; give that, and where it begins.

    Only what lies behind ``offset`` is told: the rest was before.

    :raises NotAnExport: none does.
    """
    passed = end = 0
    first = None
    for element in elements:
        reason = "not_a_conversation"
        try:
            value = decode_plain(element)
        except Undecodable as error:
            reason = error.reason
        else:
            if provider := detect(value):
                return provider, end
            first = first or value
        passed, end = passed + 1, element.end
        if end > offset:
            yield skipped(reason, position=Position(part, end))
        if passed >= _PATIENCE:
            break
    if passed:
        raise refuse([first] if is_list or passed > 1 else first)
    return "", end
