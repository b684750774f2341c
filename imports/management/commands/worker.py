"""``manage.py worker``: runs imports until it is told to stop."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from imports import wiring
from imports.errors import Failure
from imports.supervisor import Supervisor


class Command(BaseCommand):
    # Only the settings that concern it: checking addresses would load the whole web side.
    requires_system_checks = ("imports",)
    help = (
        "Run imports: keeps a queue cluster alive, dispatches and sweeps. SIGTERM drains."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_unusable_model()
        sys.exit(Supervisor().run())


def _refuse_unusable_model() -> None:
    """Say now what the first import would otherwise say in an hour; nothing is asked of anybody."""
    try:
        wiring.ports().language_model  # noqa: B018 - it is made by being looked at
    except Failure as failure:
        raise CommandError(f"LLM: {failure.detail}") from failure
