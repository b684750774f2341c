"""Reads JSON bodies strictly: small, UTF-8, each name once, nothing that JSON does not have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from imports.api.problems import BodyTooLarge, InvalidJson

MAX_BODY_BYTES = 16 * 1024


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw: bytes = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise BodyTooLarge
        try:
            found = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_each_name_once,
                parse_constant=_no_constant,
            )
            # Half of a character can be written with an escape, and can be put in no answer.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
        # A deep body exhausts the stack; wrong UTF-8 and huge integers are ValueErrors too.
        except (ValueError, RecursionError):
            raise InvalidJson from None
        return found


class BodyStays(BaseParser):
    """Leaves the body where it is: a piece of a file, which the view reads block by block."""

    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return {}


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)
