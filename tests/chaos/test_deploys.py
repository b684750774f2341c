"""A new version comes while imports run: both versions meet on one database, and nothing is lost.

The old version is the last one before the newest migration, taken from the history of this
repository: its worker runs on its own tables, then on those of the new one.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from imports.models import (
    Chunk,
    Conversation,
    ImportJob,
    Soulprint,
    StageLog,
    Status,
    Worker,
)
from imports.synthetic import write_export
from tests.acceptance.journeys import whole_import
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import is_spool_empty
from tests.hosts import Host, until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
ROOT = Path(settings.BASE_DIR)
MIGRATIONS = "imports/migrations"


def _git(*arguments: str) -> bytes:
    ran = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    if ran.returncode:
        pytest.skip("there is no history here to take an old version from")
    return ran.stdout


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Lay out the version before the newest migration."""
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", MIGRATIONS)
    folder = tmp_path / "old"
    folder.mkdir()
    packed = _git("archive", f"{added.decode().strip()}^")
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)
    return folder


def _newest(root: Path) -> str:
    return max(path.stem for path in (root / MIGRATIONS).glob("0*.py"))


def _value(column: str, user_id: uuid.UUID) -> Any:
    """Read one column with the words of no version."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM imports_importjob WHERE user_id = %s",  # noqa: S608
            [user_id],
        )
        return (cursor.fetchone() or [None])[0]


def _worker_names(host: Host) -> set[str]:
    return {f"{socket.gethostname()}:{process.pid}" for process in host.seen}


def _told(user_id: uuid.UUID) -> list[tuple[Any, ...]]:
    """Give every conversation of a person and how it was cut."""
    cuts = Counter(
        Chunk.objects.filter(user_id=user_id).values_list("conversation__source_id", "tier")
    )
    said = Conversation.objects.filter(user_id=user_id).order_by("source_id", "provider")
    return [
        (
            each.source_id,
            each.transcript,
            each.message_count,
            [cuts[each.source_id, tier] for tier in ("micro", "medium", "macro")],
        )
        for each in said
    ]


def test_old_and_new_workers_meet_and_migrations_run_between_them(
    old: Path, house: Path, make_host: StartHost, say: Say
) -> None:
    path, quiet, user = house / "export.zip", uuid.uuid4(), uuid.uuid4()
    write_export(path, seed=71, conversations=500, zipped=True)
    assert whole_import(path, user_id=quiet).status == Status.COMPLETE
    call_command("migrate", "imports", _newest(old), verbosity=0)
    before = make_host(root=old, WORKERS="1").start()
    ask = [sys.executable, "manage.py", "import_file", str(path), "--user", str(user)]
    subprocess.run(ask, cwd=old, env=before.environment(), check=True, capture_output=True)
    until(lambda: (_value("conversations_stored", user) or 0) > 20)

    after = make_host(WORKERS="1")
    after.launch()
    until(lambda: _value("attempt", user) >= 2)  # the old one goes on meanwhile
    was_early = after.is_heard_of()
    until(lambda: _value("status", user) == Status.RUNNING)
    before.family()
    call_command("migrate", verbosity=0)
    migrated_at = timezone.now()
    until(after.is_heard_of)
    together = Worker.objects.alive().count()
    code = before.terminate()
    until(lambda: not ImportJob.objects.active().exists(), seconds=120)

    job = ImportJob.objects.get(user_id=user)
    workers = {line.worker for line in StageLog.objects.filter(job=job, kind="stage")}
    say(f"{_newest(old)} -> {_newest(ROOT)}: {job.attempt} slices, {len(workers)} workers")
    assert (was_early, together, code) == (False, 2, 0)
    assert (job.status, job.crashes, job.error_code) == (Status.COMPLETE, 0, "")
    assert len(workers) >= 2
    on_new_tables = StageLog.objects.filter(job=job, ended_at__gt=migrated_at)
    assert {each.worker for each in on_new_tables} & _worker_names(before)
    assert _told(user) == _told(quiet)
    assert Soulprint.objects.filter(user_id=user).count() == 2
    assert is_spool_empty(after)
