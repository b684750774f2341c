"""``manage.py import_file PATH``: imports a file from this machine, and can watch it."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from imports import intake, uploads
from imports.errors import Failure
from imports.lifecycle import ImportInProgress
from imports.management.watching import follow
from imports.models import ImportJob, Status

BLOCK = 1 << 20


class Command(BaseCommand):
    help = "Import a ChatGPT export (ZIP or JSON) from this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--user",
            type=uuid.UUID,
            default=uuid.UUID(settings.LOCAL_USER_ID),
            help="whose history it is (default: the local user)",
        )
        parser.add_argument(
            "--wait", action="store_true", help="show progress until the import has ended"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file")
        if settings.LOCAL_MODE:
            call_command("migrate", verbosity=0)
        console = Console()
        try:
            job = _start(options["user"], path, console)
        except ImportInProgress as busy:
            raise CommandError(
                f"Import {busy.job.id} of this person is still active; wait or cancel it."
            ) from None
        except Failure as failure:
            raise CommandError(f"{failure.title()} {failure.detail}".strip()) from failure
        console.print(f"import {job.id}")
        console.print(f"user   {job.user_id}")
        console.print(f"file   {job.storage_path}", soft_wrap=True)
        if options["wait"]:
            ended = follow(job, console)
            sys.exit(0 if ended.status == Status.COMPLETE else 1)


def _start(user_id: uuid.UUID, path: Path, console: Console) -> ImportJob:
    active = ImportJob.objects.of_user(user_id).active().first()
    if active:
        raise ImportInProgress(active)  # before gigabytes are stored for nothing
    storage_path = uploads.store(
        user_id=user_id, filename=path.name, blocks=_blocks(path, console)
    )
    return intake.start(
        user_id=user_id, storage_path=storage_path, requested_by="import_file"
    )


def _blocks(path: Path, console: Console) -> Iterator[bytes]:
    columns = (TextColumn("{task.description:28}"), BarColumn(), DownloadColumn())
    with (
        Progress(*columns, console=console, transient=True) as bar,
        path.open("rb") as file,
    ):
        task = bar.add_task("Storing the file", total=path.stat().st_size)
        while block := file.read(BLOCK):
            yield block
            bar.advance(task, len(block))
