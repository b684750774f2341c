"""``manage.py erase_user USER``: removes everything of a user."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from imports import erase
from imports.models import Erasure


class Command(BaseCommand):
    help = "Erase everything of a user: exports, conversations, facts, soulprints, logs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", type=uuid.UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        user: uuid.UUID = options["user"]
        erase.request(user, requested_by="erase_user")
        erase.erase_due()
        wish = Erasure.objects.filter(user_id=user).first()
        if wish is None:
            self.stdout.write(f"user {user}: everything is erased")
        elif wish.problem:
            self.stdout.write(
                f"user {user}: cannot be erased yet ({wish.problem}); the worker tries again"
            )
        else:
            self.stdout.write(
                f"user {user}: an import still runs; the worker erases when it has ended"
            )
