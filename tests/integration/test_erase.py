"""Erasing a user leaves nothing of them, and everything of everybody else."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from imports import erase, intake, lifecycle, uploads, wiring
from imports.errors import LostLease, TransientFailure
from imports.models import (
    Chunk,
    Conversation,
    Erasure,
    Fact,
    ImportJob,
    Lesson,
    ModelCall,
    Soulprint,
    StageName,
    Status,
    WordBlock,
)

pytestmark = pytest.mark.django_db
CANARY = "the canary sings at dawn"


@pytest.fixture(autouse=True)
def objects(settings: Settings, tmp_path: Path) -> Path:
    settings.OBJECTS_DIR = tmp_path / "objects"
    vars(wiring.ports()).pop("objects", None)
    return tmp_path / "objects"


def _history(user: uuid.UUID) -> ImportJob:
    """Give a user one of everything, and the canary in all of it."""
    path = uploads.store(user_id=user, filename="e.zip", blocks=[CANARY.encode()])
    job = intake.start(user_id=user, storage_path=path, requested_by=CANARY)
    conversation = Conversation.objects.create(
        id=uuid.uuid4(), user_id=user, job=job, provider="chatgpt", source_id="c", title=CANARY,
        content_hash=b"h", transcript=CANARY,
    )  # fmt: skip
    Chunk.objects.create(
        user_id=user, conversation=conversation, tier="micro", start=0, end=len(CANARY)
    )
    WordBlock.objects.create(
        user_id=user, tier="micro", bucket=0, first_id=1, last_id=1, content=CANARY.encode()
    )
    Lesson.objects.create(
        user_id=user, base_space=CANARY, content=CANARY.encode(), chunks=1
    )
    Fact.objects.create(
        id=uuid.uuid4(), user_id=user, job=job, category="c", statement=CANARY, kind="durable",
        basis="stated", confidence=0.5, evidence=[{"quote": CANARY}], engine="local",
    )  # fmt: skip
    empty: dict[str, Any] = {name: {} for name in ("identity", "user", "agents", "tools")}
    Soulprint.objects.create(
        user_id=user,
        job=job,
        pass_name="quick",
        soul={"tone": CANARY},
        engine="local",
        **empty,
    )
    ModelCall.objects.create(
        user_id=user, job=job, stage=StageName.FACTS, request_hash="h", response=CANARY
    )
    return job


def _rows_that_hold(text: str) -> list[str]:
    """Look through every row of every table, as a dump would show it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        counts = {}
        for table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s',  # noqa: S608
                [f"%{text}%"],
            )
            counts[table] = cursor.fetchone()[0]
    return [table for table, count in counts.items() if count]


def test_nothing_is_left_in_any_table_or_in_the_store(objects: Path) -> None:
    user = uuid.uuid4()
    _history(user)

    erase.request(user, requested_by="ada")
    erase.erase_due()

    assert _rows_that_hold(CANARY) == []
    assert _rows_that_hold(str(user)) == []
    assert not [path for path in objects.rglob("*") if path.is_file()]


def test_what_was_uploaded_and_never_imported_goes_too(objects: Path) -> None:
    user, other = uuid.uuid4(), uuid.uuid4()
    wiring.ports().objects.put(f"imports/{user}/never.zip", [b"x"])
    wiring.ports().objects.put(f"imports/{other}/never.zip", [b"x"])

    erase.request(user, requested_by="ada")
    erase.erase_due()

    left = [path for path in objects.rglob("*") if path.is_file()]
    assert left == [objects / "imports" / str(other) / "never.zip"]


def test_who_cannot_be_erased_yet_does_not_keep_others_waiting(objects: Path) -> None:
    stuck, other = uuid.uuid4(), uuid.uuid4()
    for user in (stuck, other):
        erase.request(user, requested_by="ada")
    (objects / "imports").mkdir(parents=True)
    (objects / "imports" / str(stuck)).write_text("in the place of a folder")

    erased = erase.erase_due()

    assert erased == 1
    assert Erasure.objects.get().user_id == stuck
    assert Erasure.objects.get().problem == "storage_unavailable"


def test_what_lies_in_a_bucket_that_is_no_longer_named_goes_too(
    settings: Settings, objects: Path
) -> None:
    user = uuid.uuid4()
    _history(user)
    settings.IMPORT_BUCKETS = ["others"]
    vars(wiring.ports()).pop("objects", None)

    erase.request(user, requested_by="ada")
    erased = erase.erase_due()

    assert erased == 1
    assert not [path for path in objects.rglob("*") if path.is_file()]


def test_a_bug_with_one_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stuck, other = uuid.uuid4(), uuid.uuid4()
    for user in (stuck, other):
        erase.request(user, requested_by="ada")

    def broken(user_id: uuid.UUID) -> None:
        if user_id == stuck:
            raise ZeroDivisionError

    monkeypatch.setattr(wiring.ports().objects, "forget", broken)
    with pytest.raises(ZeroDivisionError):
        erase.erase_due()
    erased = erase.erase_due()

    assert erased == 1
    assert Erasure.objects.get().user_id == stuck


def test_others_keep_everything() -> None:
    user, other = uuid.uuid4(), uuid.uuid4()
    _history(user)
    _history(other)

    erase.request(user, requested_by="ada")
    erase.erase_due()

    assert Conversation.objects.get().user_id == other
    assert ImportJob.objects.get().user_id == other


def test_a_running_import_is_stopped_first_and_its_worker_can_write_nothing_more() -> None:
    user = uuid.uuid4()
    job = _history(user)
    running = lifecycle.claim(job.id, dispatch_seq=job.dispatch_seq, worker="w:1")
    assert running is not None
    erase.request(user, requested_by="ada")

    erased_while_it_runs = erase.erase_due()
    lifecycle.cancel(running)
    erased_afterwards = erase.erase_due()

    assert (erased_while_it_runs, erased_afterwards) == (0, 1)
    with pytest.raises(LostLease), running.writing():
        pytest.fail("the block must not run")


def test_a_store_that_is_away_keeps_the_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    user = uuid.uuid4()
    _history(user)
    erase.request(user, requested_by="ada")

    def away(path: str) -> None:
        raise TransientFailure

    monkeypatch.setattr(wiring.ports().objects, "delete", away)
    erased = erase.erase_due()

    assert erased == 0
    assert Erasure.objects.filter(user_id=user).exists()
    assert ImportJob.objects.filter(user_id=user, status=Status.CANCELLED).exists()


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    user = uuid.uuid4()
    _history(user)

    call_command("erase_user", str(user))

    assert "everything is erased" in capsys.readouterr().out
    assert not ImportJob.objects.exists()


def test_the_command_says_what_keeps_it_from_being_done(
    objects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user = uuid.uuid4()
    (objects / "imports").mkdir(parents=True)
    (objects / "imports" / str(user)).write_text("in the place of a folder")

    call_command("erase_user", str(user))

    said = capsys.readouterr().out
    assert "cannot be erased yet (storage_unavailable); the worker tries again" in said
