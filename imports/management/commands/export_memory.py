"""``manage.py export_memory USER PATH``: writes all that is kept of a person, one JSON a line.

Each line names its ``record``: soulprint, fact or conversation. Conversations carry their whole
transcript and where each message lies in it; chunks and vectors can be made again from that.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet

from imports import amounts
from imports.models import Conversation, Fact, Soulprint

_AT_ONCE = 20  # rows held at a time: one conversation may be many megabytes
_OURS = {"job_id", "user_id", "content_hash"}


class Command(BaseCommand):
    help = "Write the memory of a person as JSON lines; - writes to the terminal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", type=uuid.UUID)
        parser.add_argument("path")
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        user_id: uuid.UUID = options["user"]
        if options["path"] == "-":
            _write(sys.stdout, user_id)
            return
        path = Path(options["path"])
        try:
            with path.open("w" if options["force"] else "x", encoding="utf-8") as file:
                count = _write(file, user_id)
        except FileExistsError:
            raise CommandError(f"{path} exists already; --force replaces it") from None
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        self.stdout.write(f"{path}: {count:,} lines, {amounts.size(path.stat().st_size)}")


def _write(file: TextIO, user_id: uuid.UUID) -> int:
    count = 0
    for line in _lines(user_id):
        json.dump(line, file, cls=DjangoJSONEncoder, ensure_ascii=False)
        file.write("\n")
        count += 1
    return count


def _lines(user_id: uuid.UUID) -> Iterator[dict[str, Any]]:
    of_user = {"user_id": user_id}
    yield from _rows(
        "soulprint", Soulprint.objects.filter(**of_user).order_by("created_at")
    )
    yield from _rows("fact", Fact.objects.filter(**of_user).order_by("created_at", "id"))
    conversations = Conversation.objects.filter(**of_user).order_by("created_at", "id")
    yield from _rows("conversation", conversations)


def _rows(record: str, rows: QuerySet[Any, Any]) -> Iterator[dict[str, Any]]:
    model: type[Model] = rows.model
    names = [field.attname for field in model._meta.concrete_fields]
    for row in rows.values(*(name for name in names if name not in _OURS)).iterator(
        _AT_ONCE
    ):
        yield {"record": record, **row}
