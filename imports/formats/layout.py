"""Find out where in a JSON file the conversations are, and whose.

[ conversation, ... ]                         every official export
{"conversations": [ ... ]}, also deeper       tools, Grok
conversation                                  browser extensions, one per file
conversation \\n conversation \\n ...         JSON lines
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from imports.formats.density import without_dense
from imports.formats.detection import detect, detect_without_records, refuse
from imports.formats.failures import CorruptJson, EmptyFile, TruncatedJson
from imports.formats.guessing import Decode
from imports.formats.limits import Limits
from imports.formats.outline import HEAD_BYTES, sketch
from imports.formats.slicing import (
    Element,
    Slicer,
    array_elements,
    corrupt,
    sequence_elements,
    truncated,
)
from imports.formats.sources import Source

_WRAPPING_KEYS = ("conversations", "data", "items", "chats", "history", "results")
_UNWRAPPING_DEPTH = 3
_MOST_KEYS = 10_000  # beside the conversations; each takes longer than its bytes would
_KEY_BYTES = 1 << 16


class Layout(NamedTuple):
    """The way to the conversations: keys to follow, then one value or an array of them.

    ``provider`` is "" when the head does not tell; the records themselves will.
    """

    path: tuple[str, ...]
    is_array: bool
    provider: str
    root: Any = None


def lay_out(source: Source, *, limits: Limits) -> Layout:
    """Look at the head of a part.

    :raises EmptyFile: there is nothing in it.
    :raises NotAnExport: it is something else, and its shape says so.
    :raises CorruptJson: it is no JSON object or array.
    """
    head = bytes(source.data[source.head : source.head + HEAD_BYTES])
    if not head.strip():
        raise EmptyFile
    root = sketch(head)
    if layout := _recognized(root):
        return layout
    slicer = _slicer(source, limits, offset=0)
    first = slicer.peek()
    if first not in (ord("{"), ord("[")):
        raise corrupt(slicer.offset)
    if first == ord("{") and (key := _wrapping_key(slicer)):
        return Layout((key,), True, "", root)
    failure = refuse(root)
    if type(failure).code != "not_an_export":
        raise failure
    return Layout((), isinstance(root, list), "", root)


def elements_of(
    source: Source,
    layout: Layout,
    *,
    offset: int,
    limits: Limits,
    decode: Decode | None = None,
) -> Iterator[Element]:
    """Yield the records of a part behind ``offset``, then make sure that it ends well.

    :raises TruncatedJson: it breaks off.
    :raises CorruptJson: it is damaged.
    """
    slicer = _slicer(source, limits, offset=offset, decode=decode)
    for element in _elements(slicer, layout, is_resumed=offset > 0):
        yield without_dense(element, source)


def _elements(slicer: Slicer, layout: Layout, *, is_resumed: bool) -> Iterator[Element]:
    if not layout.path and not layout.is_array:
        yield from sequence_elements(slicer)
        return
    if not is_resumed:
        for key in layout.path:
            _go_to(slicer, key)
    if layout.is_array:
        yield from array_elements(slicer, is_resumed=is_resumed)
    elif not is_resumed:
        yield slicer.element()
    if layout.path and not slicer.skip(depth=len(layout.path)):
        raise truncated(slicer.offset)
    if slicer.peek() >= 0:
        raise corrupt(slicer.offset)


def values_beside(
    source: Source, layout: Layout, wanted: Collection[str], *, limits: Limits
) -> Iterator[tuple[str, Element]]:
    """Yield what stands under these keys beside the array of conversations.

    :raises TruncatedJson: the part breaks off.
    :raises CorruptJson: it is damaged.
    """
    slicer = _slicer(source, limits, offset=0)
    slicer.take(b"{")
    follows = ord(",")
    while follows == ord(","):
        key = _key(slicer)
        if key in wanted:
            yield key, without_dense(slicer.element(), source)
        elif (key,) == layout.path and slicer.peek() == ord("["):
            deque(array_elements(slicer, is_resumed=False), maxlen=0)
        elif not slicer.skip():
            raise truncated(slicer.offset)
        follows = slicer.take(b",}")


def _slicer(
    source: Source, limits: Limits, *, offset: int, decode: Decode | None = None
) -> Slicer:
    return Slicer(
        source,
        offset=offset,
        max_element_bytes=limits.max_conversation_bytes,
        max_depth=limits.max_depth,
        decode=decode,
    )


def _recognized(root: Any) -> Layout | None:
    if isinstance(root, list):
        if not root:
            return Layout((), True, "", root)
        provider = _provider_in(root)
        return Layout((), True, provider, root) if provider else None
    for path, value in _inner_values(root):
        if provider := detect(value):
            return Layout(path, False, provider, root)
        if isinstance(value, list) and (provider := _provider_in(value)):
            return Layout(path, True, provider, root)
    if isinstance(root, dict) and root.get("conversations") == []:
        return Layout(("conversations",), True, detect_without_records(root), root)
    return None


def _inner_values(root: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk the objects around the conversations, the likely keys first."""
    level: list[tuple[tuple[str, ...], Any]] = [((), root)]
    for _ in range(_UNWRAPPING_DEPTH):
        yield from level
        level = [
            ((*path, key), value[key])
            for path, value in level
            if isinstance(value, dict)
            for key in _likely_first(value)
        ]
    yield from level


def _likely_first(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: key not in _WRAPPING_KEYS)


def _provider_in(records: list[Any]) -> str:
    return next(filter(None, map(detect, records)), "")


def _wrapping_key(slicer: Slicer) -> str:
    """Walk a large object key by key to one that usually holds the conversations."""
    try:
        slicer.take(b"{")
        for _ in range(_MOST_KEYS):
            key = _key(slicer)
            if key in _WRAPPING_KEYS and slicer.peek() == ord("["):
                return key
            slicer.skip()
            if slicer.take(b",}") == ord("}"):
                break
    except (TruncatedJson, CorruptJson):
        pass
    return ""


def _go_to(slicer: Slicer, wanted: str) -> None:
    """Stand before the value of a key of the object that starts here."""
    slicer.take(b"{")
    while _key(slicer) != wanted:
        if not slicer.skip():
            raise truncated(slicer.offset)
        slicer.take(b",")


def _key(slicer: Slicer) -> str:
    element = slicer.element()
    try:
        key = msgspec.json.decode(element.data[:_KEY_BYTES], type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        key = ""
    slicer.take(b":")
    return key
