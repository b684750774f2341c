"""``manage.py reembed USER``: makes all vectors of a person anew, with the embedder of today."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from imports import wiring
from imports.errors import Failure
from imports.models import Chunk, ImportJob
from imports.pipeline import embed


class Command(BaseCommand):
    help = "Embed the whole memory of a person again; needed after the embedder changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", type=uuid.UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        user_id: uuid.UUID = options["user"]

        @contextmanager
        def writing() -> Iterator[None]:
            with transaction.atomic():
                if ImportJob.objects.of_user(user_id).active().exists():
                    raise CommandError("An import of this person is active; wait for it.")
                yield

        try:
            for progress in embed.again(user_id, wiring.ports(), writing=writing):
                self.stdout.write(f"{progress.done:,} of {progress.total:,} chunks")
        except Failure as failure:
            raise CommandError(f"{failure.title()} {failure.detail}") from None
        spaces = Chunk.objects.filter(user_id=user_id).exclude(embedding=None)
        for space in spaces.values_list("embedding_space", flat=True).distinct():
            self.stdout.write(f"space {space}")
