"""Sketch the head of a JSON file: enough of its shape to tell what it is.

ijson's ``basic_parse`` reads the head event by event in flat memory, and what came before
a cut or a damage is kept. The sketch is an ordinary value with long strings and lists cut
short, so whatever recognizes a whole record recognizes its sketch too.
"""

from __future__ import annotations

from typing import Any

import ijson

HEAD_BYTES = 1 << 16

_MAX_DEPTH = 10
_MAX_ITEMS = 8
_MAX_KEYS = 200
_MAX_CHARS = 200


def sketch(head: bytes) -> Any:
    """Build what this head says so far; None when it is no JSON object or array."""
    builder = _Builder()
    try:
        for event, value in ijson.basic_parse(head, use_float=True):
            builder.add(event, value)
    # The parser's ways to say that it cannot go on: a cut, damage, an odd character, a
    # number beyond its means.
    except (ijson.JSONError, ValueError, OverflowError, SystemError):
        return builder.root
    return builder.root


class _Builder:
    """Put events together; levels below the depth that matters are passed over."""

    def __init__(self) -> None:
        self.root: Any = None
        self._open: list[Any] = []
        self._keys: list[str] = []
        self._depth = 0

    def add(self, event: str, value: Any) -> None:
        if event == "map_key":
            if self._depth == len(self._open):
                self._keys[-1] = value
        elif event in ("start_map", "start_array"):
            self._enter({} if event == "start_map" else [])
        elif event in ("end_map", "end_array"):
            self._leave()
        elif self._depth == len(self._open):
            self._place(value[:_MAX_CHARS] if isinstance(value, str) else value)

    def _enter(self, container: Any) -> None:
        is_followed = self._depth == len(self._open) < _MAX_DEPTH
        self._depth += 1
        if is_followed and self._place(container):
            self._open.append(container)
            self._keys.append("")

    def _leave(self) -> None:
        if self._depth == len(self._open):
            self._open.pop()
            self._keys.pop()
        self._depth -= 1

    def _place(self, value: Any) -> bool:
        """Hang a value into the innermost open one; False when that is full."""
        if not self._open:
            self.root = value if isinstance(value, dict | list) else None
            return self.root is not None
        parent = self._open[-1]
        if isinstance(parent, list):
            if len(parent) >= _MAX_ITEMS:
                return False
            parent.append(value)
            return True
        if len(parent) >= _MAX_KEYS:
            return False
        parent[self._keys[-1]] = value
        return True
