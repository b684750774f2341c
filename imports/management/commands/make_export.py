"""``manage.py make_export PATH``: writes a synthetic export and, beside it, its truth."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from imports.synthetic import Truth, truth_path, write_export

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|kB|MB|GB)?", re.IGNORECASE)
_UNITS = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


class Command(BaseCommand):
    help = (
        "Write a synthetic ChatGPT export about a made-up person, and what is true of it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        amount = parser.add_mutually_exclusive_group(required=True)
        amount.add_argument("--conversations", type=int, metavar="N")
        amount.add_argument(
            "--size", type=_bytes, metavar="SIZE", help="of the JSON: 300MB, 1.5GB"
        )
        parser.add_argument("--seed", type=int, default=1, help="which person (default: 1)")
        parser.add_argument(
            "--zip", action="store_true", help="as a ZIP, implied by a name in .zip"
        )
        parser.add_argument(
            "--shards", action="store_true", help="conversations-000.json, 100 in each"
        )
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        _refuse(path, force=options["force"])
        started = time.monotonic()
        try:
            truth = write_export(
                path,
                seed=options["seed"],
                conversations=options["conversations"],
                size_bytes=options["size"],
                zipped=options["zip"] or path.suffix.lower() == ".zip",
                shards=options["shards"],
            )
        except ValueError as error:
            raise CommandError(f"Cannot write that: {error}.") from None
        self._report(path, truth, time.monotonic() - started)

    def _report(self, path: Path, truth: Truth, seconds: float) -> None:
        totals = truth.totals
        megabytes = totals.bytes / 1e6
        self.stdout.write(f"{path}: {megabytes:.1f} MB of JSON")
        self.stdout.write(
            f"{totals.conversations:,} conversations, {totals.messages:,} messages"
        )
        self.stdout.write(
            f"{truth_path(path)}: {len(truth.facts)} facts, {len(truth.poison)} "
            f"distractors, {len(truth.questions)} questions"
        )
        self.stdout.write(f"{seconds:.1f} s, {megabytes / seconds:.0f} MB/s")


def _refuse(path: Path, *, force: bool) -> None:
    if not path.parent.is_dir():
        raise CommandError(f"{path.parent}: there is no such folder")
    if path.exists() and not force:
        raise CommandError(f"{path} exists already; --force replaces it")
    if path.is_dir() and not (path / "conversations-000.json").is_file():
        raise CommandError(f"{path} is a folder and no export; it stays as it is")


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write 300MB or 1.5GB")
    return int(float(found[1]) * _UNITS[(found[2] or "B").lower()])
