"""Settings that must agree; ``manage.py check`` and every start look at them."""

from __future__ import annotations

import math
import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from imports.models import Tier


@register("imports")
def queue_settings_agree(**_: Any) -> list[CheckMessage]:
    """A message must not be delivered again while its task may still run or wait in memory."""
    queue: dict[str, Any] = settings.Q_CLUSTER
    waits = math.ceil((queue["queue_limit"] + queue["bulk"]) / queue["workers"])
    least = queue["timeout"] * (1 + waits)
    found: list[CheckMessage] = []
    if queue["retry"] < least:
        found.append(Error(f"Q_CLUSTER retry must be at least {least}", id="imports.E001"))
    if queue["timeout"] <= settings.SLICE_SECONDS:
        found.append(
            Error("Q_CLUSTER timeout must outlast SLICE_SECONDS", id="imports.E002")
        )
    if not isinstance(queue["timeout"], int) or queue["timeout"] % queue["guard_cycle"]:
        # The guard counts down in steps of guard_cycle and acts when it meets zero exactly.
        found.append(
            Error("Q_CLUSTER timeout must be whole guard cycles", id="imports.E003")
        )
    database: dict[str, Any] = settings.DATABASES["default"]
    if "pool" in database.get("OPTIONS", {}):
        # A forked worker inherits the pool without its threads.
        found.append(Error("No connection pool in workers", id="imports.E004"))
    return found


@register("imports")
def names_are_known(**_: Any) -> list[CheckMessage]:
    """What is chosen from a list, and what others compare letter by letter, must be written right."""
    found: list[CheckMessage] = []
    if unknown := set(settings.EMBEDDED_TIERS) - set(Tier.values):
        found.append(
            Error(
                f"EMBEDDED_TIERS: {', '.join(sorted(unknown))} is no tier",
                hint=f"There are {', '.join(Tier.values)}.",
                id="imports.E005",
            )
        )
    for origin in settings.CORS_ALLOWED_ORIGINS:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            found.append(
                Error(
                    f"CORS_ALLOWED_ORIGINS: {origin} is no origin",
                    hint="Write https://example.org, without a path.",
                    id="imports.E006",
                )
            )
    if not settings.IMPORT_BUCKETS:
        found.append(Error("IMPORT_BUCKETS: names no bucket", id="imports.E007"))
    return found
