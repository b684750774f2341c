"""Catches what is logged, down to DEBUG, in the form of production."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from imports import logs

KNOWN_SECRET = "correct-horse-battery"
Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def caught() -> Iterator[Lines]:
    """Give a function that reads the lines so far."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Json(secrets=(KNOWN_SECRET,)))
    loggers = [logging.getLogger(n) for n in ("", "httpx", "django-q", "botocore")]
    levels = [each.level for each in loggers]
    loggers[0].addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG)
    try:
        yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    finally:
        loggers[0].removeHandler(handler)
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
