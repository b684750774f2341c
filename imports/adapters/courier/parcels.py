"""What goes between worker and courier, and how it is wrapped: lengths, a line of JSON, the body."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any, Literal

_LENGTHS = struct.Struct("!II")

Headers = list[list[str]]  # pairs, as JSON knows them
# lost: it was sent and may have been served, but nobody will ever bring the answer.
Trouble = Literal["", "unreachable", "timeout", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a courier has to know, once; the one before it has died."""

    database: str
    name: str
    successor_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A request to be carried, and the call in the ledger that it belongs to; 0 is none."""

    ticket: int
    refused: str  # the digest of an answer that was brought and is none; "" at first
    method: str
    url: str
    headers: Headers
    timeout: dict[str, float | None]  # in httpx's words: connect, read, write, pool
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider sent, or why there is nothing."""

    status: int = 0
    headers: Headers
    body: bytes = b""
    trouble: Trouble = ""


def failed(trouble: Trouble) -> Answer:
    """Say that there is no answer."""
    return Answer(headers=[], trouble=trouble)


def wrap(content: Greeting | Errand | Answer) -> bytes:
    """Put any of them into bytes."""
    head: dict[str, Any] = asdict(content)
    body: bytes = head.pop("body", b"")
    line = json.dumps(head).encode()
    return _LENGTHS.pack(len(line), len(body)) + line + body


def unwrap_greeting(parcel: bytes) -> Greeting:
    """Read what ``wrap`` made of a greeting."""
    return Greeting(**_split(parcel)[0])


def unwrap_errand(parcel: bytes) -> Errand:
    """Read what ``wrap`` made of an errand."""
    head, body = _split(parcel)
    return Errand(**head, body=body)


def unwrap_answer(parcel: bytes) -> Answer:
    """Read what ``wrap`` made of an answer."""
    head, body = _split(parcel)
    return Answer(**head, body=body)


def receive(line: socket.socket) -> bytes | None:
    """Read one parcel; None if the other side went away before it was whole."""
    lengths = _exactly(line, _LENGTHS.size)
    if lengths is None:
        return None
    rest = _exactly(line, sum(_LENGTHS.unpack(lengths)))
    return None if rest is None else lengths + rest


def _split(parcel: bytes) -> tuple[dict[str, Any], bytes]:
    length, _ = _LENGTHS.unpack_from(parcel)
    end_of_head = _LENGTHS.size + length
    return json.loads(parcel[_LENGTHS.size : end_of_head]), parcel[end_of_head:]


def _exactly(line: socket.socket, size: int) -> bytes | None:
    pieces: list[bytes] = []
    while size:
        piece = line.recv(min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
