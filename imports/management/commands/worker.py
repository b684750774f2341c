"""``manage.py worker``: runs imports until it is told to stop."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from imports.supervisor import Supervisor


class Command(BaseCommand):
    # Only the settings that concern it: checking addresses would load the whole web side.
    requires_system_checks = ("imports",)
    help = (
        "Run imports: keeps a queue cluster alive, dispatches and sweeps. SIGTERM drains."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(Supervisor().run())
