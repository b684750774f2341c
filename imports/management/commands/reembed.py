"""``manage.py reembed USER | --all``: makes all vectors of a person anew, with today's embedder."""

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
from imports.search.spaces import foreign_memories, unfinished_memories


class Command(BaseCommand):
    help = "Embed the whole memory of a person again; needed after the embedder changed."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("user", type=uuid.UUID, nargs="?")
        who.add_argument(
            "--all",
            action="store_true",
            help="everybody whose vectors are of another embedder, or were left half made",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["all"]:
            self._embed_again(options["user"])
            return
        left = 0
        foreign = foreign_memories(wiring.ports().embedder)
        due = dict.fromkeys((*foreign, *unfinished_memories()))
        if not due:
            self.stdout.write("Nothing to do: all vectors are of this embedder.")
        for user_id in due:
            self.stdout.write(f"{user_id}:")
            try:
                self._embed_again(user_id)
            except CommandError as reason:
                left += 1
                self.stdout.write(f"left as it is: {reason}")
        if left:
            raise CommandError(f"{left} to do later.")

    def _embed_again(self, user_id: uuid.UUID) -> None:
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
