"""Makes a service key and says what goes where; nothing is stored here."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Make a key for a service that calls the API, and print what goes where."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="site", help="who will use it")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", name):
            raise CommandError("A name is 1 to 60 letters, digits, _ and -.")
        secret = secrets.token_urlsafe(32)
        digest = hashlib.sha256(secret.encode()).hexdigest()
        self.stdout.write(
            f"The caller keeps this secret and sends it with every call:\n"
            f"  Authorization: Bearer {name}.{secret}\n\n"
            f"This service knows only its hash; add it to what SERVICE_KEYS holds:\n"
            f"  SERVICE_KEYS={name}:{digest}\n\n"
            f"Several keys are parted by commas. To rotate: add the new key, let the caller\n"
            f"use it, take the old one away.\n"
        )
