"""``manage.py doctor [--live]``: says of everything the house depends on whether it is well."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from imports.doctor import Verdict, examine


class Command(BaseCommand):
    # They are the first thing that is looked at.
    requires_system_checks = ()
    help = "Look at database, queue, storage, tokens, models and mirror; say what to do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--live",
            action="store_true",
            help="ask model and embedder one tiny question each, which costs",
        )

    def handle(self, *args: Any, live: bool, **options: Any) -> None:
        wrong = 0
        for found in examine(is_live=live):
            self.stdout.write(f"{found.verdict:<6} {found.name:<10} {found.says}")
            if found.advice:
                self.stdout.write(f"{'':<17} -> {found.advice}")
            wrong += found.verdict is Verdict.WRONG
        if wrong:
            self.stdout.write(f"\n{wrong} to mend.")
            sys.exit(1)
        self.stdout.write("\nAll is well.")
