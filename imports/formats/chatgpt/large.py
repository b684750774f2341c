"""Decode a huge conversation node by node, so that its bytes and its text never meet in memory.

A conversation of 20 MB is mostly metadata that nobody reads. Decoded in one go, all its bytes are
in memory beside all its text; this way only those of one node are.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from imports.formats.chatgpt.wire import Conversation, Node
from imports.formats.failures import CorruptJson, TruncatedJson
from imports.formats.slicing import Element, Slicer

_NODE: msgspec.json.Decoder[Node | None] = msgspec.json.Decoder(Node | None)
_ABOUT = msgspec.json.Decoder(Conversation)
_KEY = msgspec.json.Decoder(str)
_FIELDS = {field.encode_name for field in msgspec.structs.fields(Conversation)}
_OBJECT = ord("{")


def decode_large(element: Element) -> Conversation | None:
    """Decode a conversation that lies in a file; None where only the usual way can tell more."""
    source = element.source
    if source is None or element.problem:
        return None
    size = len(element.data)
    slicer = Slicer(source, offset=element.start, max_element_bytes=size, max_depth=size)
    try:
        return _conversation(slicer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    except (CorruptJson, TruncatedJson):
        return None


def _conversation(slicer: Slicer) -> Conversation | None:
    about: dict[str, bytes] = {}
    mapping = None
    for key in _keys(slicer):
        if key in about or (key == "mapping" and mapping is not None):
            return None
        if key == "mapping" and slicer.peek() == _OBJECT:
            mapping = {each: _NODE.decode(slicer.element().data) for each in _keys(slicer)}
            continue
        value = slicer.element().data
        if key in _FIELDS:
            about[key] = bytes(value)
    fields = (msgspec.json.encode(key) + b":" + about[key] for key in about)
    conversation = _ABOUT.decode(b"{%b}" % b",".join(fields))
    conversation.mapping = conversation.mapping if mapping is None else mapping
    return conversation


def _keys(slicer: Slicer) -> Iterator[str]:
    """Yield the keys of the object that starts here, each with the slicer before its value."""
    slicer.take(b"{")
    while slicer.peek() != ord("}"):
        key = _KEY.decode(slicer.element().data)
        slicer.take(b":")
        yield key
        if slicer.take(b",}") == ord("}"):
            return
    slicer.take(b"}")
