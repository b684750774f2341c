"""What stands around every page: where the others are, for whom it is, and what leaves the machine."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from imports.pages.door import Visit

_NAMES = (
    "home", "progress", "cancel", "retry", "erase", "invitation", "soulprint", "hits", "markdown",
    "data",
)  # fmt: skip


def frame_of(visit: Visit) -> dict[str, Any]:
    """Give the context that all templates share."""
    return {
        "visit": visit,
        "may_read": visit.may("imports.view_soulprint"),
        "to": {name: visit.address(name) for name in _NAMES},
        "privacy": privacy(),
    }


def frame_of_staff() -> dict[str, Any]:
    """Give the same for a page that is about no single person."""
    return {"visit": None, "to": {"home": reverse("people-list")}, "privacy": privacy()}


def privacy() -> str:
    """Say what leaves this machine, as the settings have it."""
    places = {
        "the exports are stored in Supabase": bool(settings.SUPABASE_URL),
        "parts of your messages are sent to the language model": settings.LLM != "local",
        "texts are sent away to be made searchable": settings.EMBEDDINGS != "local",
    }
    leaving = [place for place, is_true in places.items() if is_true]
    if not leaving:
        return "Everything stays on this machine."
    sentence = "; ".join(leaving)
    return f"{sentence[0].upper()}{sentence[1:]}."
