"""Decode one element in the way that still works: typed and fast, or lenient and slow.

    typed    msgspec reads only the named fields; nearly every conversation ends here
    plain    the same bytes as dicts and lists
    lenient  the standard library: bad UTF-8, lone surrogates, NaN, control characters;
             ``mold`` then keeps of the value whatever fits the named fields

No string that comes out holds a lone surrogate, nor a NUL unless it was decoded typed:
looking for one there is left to the assembly of the record, which reads all text anyway.
"""

from __future__ import annotations

import json
import re
import types
import typing
from typing import Any, TypeVar

import msgspec

from imports.formats.slicing import Element

_T = TypeVar("_T")
_PLAIN = msgspec.json.Decoder()
_NUL_ESCAPE = re.compile(rb"\\u0000")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DIGITS = 400
_DECODE_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


class Undecodable(Exception):
    """No record could be made of this element; ``reason`` is a stable code."""

    def __init__(self, reason: str, *, source_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.source_id = source_id


def decode_typed(element: Element, decoder: msgspec.json.Decoder[_T]) -> _T | None:
    """Decode into the decoder's type; None where ``decode_lenient`` can tell more."""
    if element.problem:
        return None
    try:
        return decoder.decode(element.data)
    except _DECODE_ERRORS:
        return None


def decode_plain(element: Element) -> Any:
    """Decode into dicts, lists and clean strings.

    :raises Undecodable: it is not JSON at all.
    """
    if not element.problem and not _NUL_ESCAPE.search(element.data):
        try:
            return _PLAIN.decode(element.data)
        except _DECODE_ERRORS:
            pass
    return decode_lenient(element)


def decode_lenient(element: Element) -> Any:
    """Decode whatever the standard library can be talked into.

    :raises Undecodable: it cannot.
    """
    if element.problem:
        raise Undecodable(element.problem)
    text = str(element.data, "utf-8", errors="replace")
    try:
        value = json.loads(
            text, strict=False, parse_int=_short_int, parse_constant=_no_constant
        )
    except RecursionError:
        raise Undecodable("nested_too_deep") from None
    except ValueError:
        raise Undecodable("invalid_json") from None
    return cleaned(value)


def cleaned(root: Any) -> Any:
    """Clean every string of a decoded value, keys too, without recursion."""
    box = [root]
    pending: list[dict[str, Any] | list[Any]] = [box]
    while pending:
        container = pending.pop()
        if isinstance(container, dict):
            items = list(container.items())
            container.clear()
            container.update({clean_text(key): _clean(value) for key, value in items})
            pending.extend(v for v in container.values() if isinstance(v, dict | list))
        else:
            container[:] = map(_clean, container)
            pending.extend(v for v in container if isinstance(v, dict | list))
    return box[0]


def clean_text(text: str) -> str:
    """Remove NUL and replace lone surrogates, which PostgreSQL refuses."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def mold(kind: Any, value: Any) -> Any:
    """Keep of a value what fits the type: odd fields fall back to their default."""
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, RecursionError):
        pass
    if kind is msgspec.Raw:
        return _raw(value)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        molded = (mold(each, value) for each in arguments if each is not type(None))
        return next((one for one in molded if one is not None), None)
    if origin is dict and isinstance(value, dict):
        pairs = ((key, mold(arguments[1], each)) for key, each in value.items())
        # A value that may be null stands for one that did not fit, which can be counted.
        is_kept = type(None) in typing.get_args(arguments[1])
        return {key: each for key, each in pairs if is_kept or each is not None}
    if origin is list and isinstance(value, list):
        molded_items = (mold(arguments[0], each) for each in value)
        return [each for each in molded_items if each is not None]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _mold_struct(kind, value)
    return None


def _raw(value: Any) -> msgspec.Raw:
    try:
        return msgspec.Raw(msgspec.json.encode(value))
    except (msgspec.EncodeError, ValueError, OverflowError, RecursionError):
        return msgspec.Raw()


def _mold_struct(kind: type[msgspec.Struct], value: Any) -> msgspec.Struct | None:
    if not isinstance(value, dict):
        return None
    fields = {}
    for field in msgspec.structs.fields(kind):
        molded = mold(field.type, value.get(field.encode_name))
        if molded is not None:
            fields[field.name] = molded
    return kind(**fields)


def _clean(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _short_int(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _no_constant(name: str) -> None:
    return None
