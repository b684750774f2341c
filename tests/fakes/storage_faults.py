"""What can go wrong with an answer of Storage, and what is remembered of a request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "cut",  # the length is announced, the connection closes at ``at``
    "reset",  # the same, by RST
    "stall",  # silence from ``at`` on, until the storage closes
    "drip",  # ``at`` bytes every tenth of a second
    "short",  # Content-Length is too small by ``at``, the answer ends cleanly
    "unannounced",  # no length at all, and the connection closes at ``at``
    "flip",  # one bit at ``at`` of the object is wrong, in the first answer that has it
    "gzip",  # compressed although nobody asked
    "whole",  # Range is ignored: 200 and everything
    "misplaced",  # Content-Range tells of another stretch
    "outgrown",  # Content-Range tells of another total
    "replaced",  # another ETag
    "answer",  # ``status``, ``headers`` and ``body`` instead
]
Operation = Literal["read", "info", "put", "delete", "sign", "list"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, with which operation, and how often."""

    kind: Kind
    at: int = 0
    on: Operation = "read"
    times: int = 1
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; ``sent`` is how many bytes of the object went out."""

    operation: Operation
    target: str
    headers: Mapping[str, str]
    start: int = 0
    stop: int = 0


def error_answer(
    status: int,
    *,
    stated: str,
    error: str,
    code: str = "",
    message: str = "",
    on: Operation = "read",
    times: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Fault:
    """Make an error in the form of Storage: the true status is a text in the body."""
    body = {"statusCode": stated, "error": error, "message": message or error}
    if code:
        body["code"] = code
    return Fault(
        "answer",
        on=on,
        times=times,
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
        body=json.dumps(body).encode(),
    )
