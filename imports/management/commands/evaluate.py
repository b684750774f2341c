"""``manage.py evaluate``: how well the chosen engine understands people whose truth is known."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Sum
from rich.console import Console
from rich.table import Table

from imports import erase, evaluation, intake, uploads
from imports.evaluation import LEVELS, Scores, Share
from imports.management.watching import follow
from imports.models import ImportJob, ModelCall, Status
from imports.synthetic import write_export

BLOCK = 1 << 20
WIDTH = 112


class Command(BaseCommand):
    help = "Import synthetic people through the chosen engine and score what was learned."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=3)
        parser.add_argument("--seed", type=int, default=1, help="of the first person")
        parser.add_argument("--conversations", type=int, default=120)

    def handle(self, *args: Any, **options: Any) -> None:
        # The table has eleven columns: in a file, or in a narrow window, they are not cut off.
        console = Console(width=max(Console().width, WIDTH))
        if settings.LOCAL_MODE:
            call_command("migrate", verbosity=0)
        table = _table(
            f"engine {settings.LLM}, {options['conversations']} conversations each"
        )
        total: Scores | None = None
        for seed in range(options["seed"], options["seed"] + options["people"]):
            job, scores = _evaluate(seed, options["conversations"], console)
            table.add_row(str(seed), *_cells(scores), *_cost(job))
            total = scores if total is None else total + scores
            erase.request(job.user_id, requested_by="evaluate")
            erase.erase_due()
        if total is not None:
            table.add_row("all", *_cells(total), "", "", "", end_section=True)
        console.print(table)


def _evaluate(seed: int, conversations: int, console: Console) -> tuple[ImportJob, Scores]:
    """Import one synthetic person and compare.

    :raises CommandError: the import did not complete
    """
    user_id = uuid.uuid4()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"person-{seed}.zip"
        truth = write_export(path, seed=seed, conversations=conversations, zipped=True)
        stored = uploads.store(user_id=user_id, filename=path.name, blocks=_blocks(path))
    job = intake.start(user_id=user_id, storage_path=stored, requested_by="evaluate")
    job = follow(job, console)
    if job.status != Status.COMPLETE:
        raise CommandError(f"person {seed}: {job.error_code or job.status}")
    return job, evaluation.score(truth, user_id=user_id)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _table(title: str) -> Table:
    table = Table(title=title)
    costs = ("calls", "tokens", "$")
    for head in ("person", "precise", *LEVELS, "changes", "quotes", "poison", *costs):
        table.add_column(head, justify="right")
    return table


def _cells(scores: Scores) -> Iterator[str]:
    yield _percent(scores.precision)
    yield from (_percent(scores.recall[level]) for level in LEVELS)
    yield _percent(scores.changes)
    yield _percent(scores.provenance)
    yield ", ".join(sorted(set(scores.poison))) or "none"


def _percent(share: Share) -> str:
    return "-" if share.value is None else f"{share.value:.0%} /{share.total}"


def _cost(job: ImportJob) -> tuple[str, str, str]:
    calls = ModelCall.objects.filter(job=job, outcome=ModelCall.Outcome.DONE)
    tokens = calls.aggregate(n=Sum("input_tokens") + Sum("output_tokens"))["n"] or 0
    # A checkpoint of what a pack taught is a row of the ledger too, but no call.
    asked = calls.exclude(purpose="facts_read").count()
    return f"{asked:,}", f"{tokens:,}", f"{job.spent_microdollars / 1e6:.4f}"
