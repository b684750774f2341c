"""How a line of the log looks: text on a laptop, JSON in production, and never a secret in either.

A line carries the request and the job that it is about. What an exception says in its own words is
left out, where it happened is kept: a database error quotes the row it choked on. Lines of others
are cut at their first break, for the same reason.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from imports.tracebacks import frames

_IDS: ContextVar[dict[str, str]] = ContextVar("ids", default={})  # noqa: B039 - never changed
_OURS = ("imports", "soulprint")
_MOST_CHARACTERS = 4_000
# By its form: whatever comes before is no part of what must not be read.
_SECRETS = (
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]{8,}"),
    re.compile(r"\beyJ[\w-]{10,}\.[\w-]+(?:\.[\w-]*)?"),
    re.compile(r"\bsb_(?:secret|publishable)_[\w-]+"),
    re.compile(r"\bsk-[\w-]{8,}"),
    re.compile(r"\b(?:AKIA|ASIA|ABSK)[A-Za-z0-9+/=]{12,}"),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
    re.compile(r"(?i)(?<=[?&])(?:token|apikey|key|signature|x-amz-[a-z-]+)=[^&\s\"']+"),
    re.compile(r"(?<=hooks\.slack\.com/)\S+"),
)
_JOB = re.compile(r"\bjob ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Let every line that is written in this block say what it is about."""
    token = _IDS.set({**_IDS.get(), **{name: str(value) for name, value in ids.items()}})
    try:
        yield
    finally:
        _IDS.reset(token)


class Redacting(logging.Formatter):
    """Formats lines of which no secret is left, neither by its form nor by being known here."""

    def __init__(self, *args: object, secrets: tuple[str, ...] = (), **options: object):
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # The longest first: one may be a part of another.
        known = sorted({s for s in secrets if len(s) >= 8}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def format(self, record: logging.LogRecord) -> str:
        return self.redacted(super().format(record))

    def formatException(self, ei: object) -> str:
        error = ei[1] if isinstance(ei, tuple) else None
        return frames(error).rstrip() if isinstance(error, BaseException) else ""

    def redacted(self, text: str) -> str:
        """Replace what must not be read."""
        if self._known:
            text = self._known.sub("[redacted]", text)
        for form in _SECRETS:
            text = form.sub("[redacted]", text)
        return text


class Json(Redacting):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        message = _message(record)
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "process": f"{socket.gethostname()}:{os.getpid()}",
            **_IDS.get(),
        }
        if found := _JOB.search(message):
            line["job_id"] = found[1]
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return self.redacted(json.dumps(line, ensure_ascii=False, default=str))


class Line(Redacting):
    """A line for people."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _message(record)
        return super().formatMessage(record)


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    if record.name.partition(".")[0] not in _OURS:
        message = message.partition("\n")[0]
    if record.name == "django-q":
        # "Failed 'task' (name) - whatever the exception said"
        message = message.partition(" - ")[0]
    return message[:_MOST_CHARACTERS]
