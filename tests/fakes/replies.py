"""How a request to a fake provider of models may end: the ordinary way, or with a fault."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How one request ends. What is not given comes from the ordinary answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    changes: Mapping[str, Any] = field(
        default_factory=dict
    )  # fields of an answer of Claude
    text: str | None = None  # the text of an answer of Claude
    delay_seconds: float = 0
    keep_bytes: int | None = None  # cut the body off here
    is_reset: bool = False
    missing_bytes: int = 0  # announced, and never sent


def throttled(retry_after: str = "") -> Reply:
    """Refuse for want of capacity."""
    return failed(429, "rate_limit_error", "ThrottlingException", retry_after=retry_after)


def overloaded(retry_after: str = "") -> Reply:
    """Refuse because the provider is overloaded."""
    return failed(
        529, "overloaded_error", "ServiceUnavailableException", retry_after=retry_after
    )


def failed(
    status: int,
    kind: str = "api_error",
    amazon: str = "InternalServerException",
    *,
    message: str = "Something went wrong.",
    retry_after: str = "",
) -> Reply:
    """Answer with an error that each of the three would understand."""
    body = {
        "type": "error",
        "error": {"type": kind, "message": message},
        "message": message,
    }
    headers = {"x-amzn-errortype": amazon, "request-id": "req_1"}
    if retry_after:
        headers["retry-after"] = retry_after
    return Reply(status=status, headers=headers, body=json.dumps(body).encode())


def too_long() -> Reply:
    """Refuse a prompt that does not fit."""
    return failed(
        400,
        "invalid_request_error",
        "ValidationException",
        message="prompt is too long: 210000 tokens > 200000 maximum",
    )


def html() -> Reply:
    """Send a page of a proxy, with status 200."""
    return Reply(headers={"content-type": "text/html"}, body=b"<html><h1>Hello</h1></html>")


def cut_off() -> Reply:
    """Send half of an answer, and call it whole."""
    return Reply(keep_bytes=60)


def broken_off() -> Reply:
    """Serve an answer, and close the connection before its last byte."""
    return Reply(missing_bytes=1)


def reset() -> Reply:
    """Close the connection instead of an answer."""
    return Reply(is_reset=True)


def slow(seconds: float) -> Reply:
    """Answer late."""
    return Reply(delay_seconds=seconds)


def foreign() -> Reply:
    """Send JSON that is no answer of anything."""
    return Reply(body=b'{"hello": "world"}')


def refusal() -> Reply:
    """Refuse to answer, as Claude does."""
    return Reply(changes={"stop_reason": "refusal", "content": []})


def truncated(text: str) -> Reply:
    """Stop at the limit of tokens."""
    return Reply(text=text, changes={"stop_reason": "max_tokens"})


def saying(text: str) -> Reply:
    """Answer with this text."""
    return Reply(text=text)
