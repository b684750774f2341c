"""The doctor finds what is wrong with each thing the house depends on, and says what to do."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import wiring
from imports.doctor import Finding, Verdict, examine, inside, outside
from imports.errors import MirrorRefused, MirrorRejected, StorageRefused
from imports.models import Chunk, Status, Worker
from tests.factories import make_job
from tests.fakes.jwks import FakeAuth
from tests.fakes.models import model_server
from tests.fakes.postgrest import COLUMNS, KEY, FakePostgrest
from tests.fakes.storage import FakeStorage
from tests.memories import remember

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_ports(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.OBJECTS_DIR = tmp_path / "objects"
    settings.SUPABASE_SERVICE_KEY = KEY
    kept = dict(vars(wiring.ports()))
    vars(wiring.ports()).clear()
    yield
    vars(wiring.ports()).clear()
    vars(wiring.ports()).update(kept)


def _only(looked: Iterator[Finding]) -> Finding:
    (finding,) = looked
    return finding


def test_a_house_that_is_well_has_no_advice_but_where_it_is_a_matter_of_taste() -> None:
    Worker.objects.create(name="a:1", slots=2)

    found = list(examine(is_live=True))

    assert [each.name for each in found if each.verdict is Verdict.WRONG] == []
    assert [each.name for each in found if each.verdict is Verdict.NOTE] == ["alerts"]
    assert {each.name for each in found} >= {"database", "extension", "tables", "mirror"}


def test_the_command_ends_with_1_and_says_what_to_do() -> None:
    said = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=said)

    assert ended.value.code == 1
    assert "wrong  queue      No worker is alive." in said.getvalue()
    assert "-> Start one: python manage.py worker" in said.getvalue()


def test_a_wait_that_is_too_long_is_noted() -> None:
    Worker.objects.create(name="a:1", slots=2)
    make_job(queued_at=Now() - timedelta(minutes=6))

    assert _only(inside.queue()).verdict is Verdict.NOTE


def test_a_missing_extension_is_missed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION vector CASCADE")

    assert "CREATE EXTENSION vector" in _only(inside.extension()).advice


def test_missing_tables_are_missed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'imports'")

    assert _only(inside.tables()).verdict is Verdict.WRONG


def test_a_spool_that_cannot_be_written_is_wrong(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    settings.SPOOL_DIR = tmp_path / "spool"
    (tmp_path / "spool" / ".doctor").mkdir(parents=True)

    assert _only(inside.spool()).verdict is Verdict.WRONG


def test_a_store_that_refuses_our_key_is_found_out(settings: Settings) -> None:
    with FakeStorage(key="another") as storage:
        settings.SUPABASE_URL = storage.url.removesuffix("/storage/v1")

        with pytest.raises(StorageRefused):
            list(outside.storage())

        wiring.ports().objects.close()  # type: ignore[attr-defined]


def test_a_store_that_has_no_such_object_is_well(settings: Settings) -> None:
    with FakeStorage(key=KEY) as storage:
        settings.SUPABASE_URL = storage.url.removesuffix("/storage/v1")
        settings.IMPORT_BUCKETS = ["imports"]

        assert _only(outside.storage()).verdict is Verdict.WELL

        wiring.ports().objects.close()  # type: ignore[attr-defined]


def test_keys_for_tokens_are_counted_and_missed(settings: Settings) -> None:
    with FakeAuth() as auth:
        settings.SUPABASE_URL = auth.url
        published = _only(outside.tokens())
        auth.mode = "no_keys"
        missing = _only(outside.tokens())

    assert (published.verdict, missing.verdict) == (Verdict.WELL, Verdict.WRONG)
    assert "1 keys" in published.says


def test_a_mirror_is_looked_at_without_writing(settings: Settings) -> None:
    settings.MIRROR = "supabase"
    with FakePostgrest() as site:
        settings.SUPABASE_URL = site.url

        well = _only(outside.mirror())
        site.fail("unsigned")
        with pytest.raises(MirrorRefused):
            list(outside.mirror())

        wiring.ports().mirror.close()  # type: ignore[union-attr]
    assert well.verdict is Verdict.WELL
    assert {method for method, _, _ in site.requests} == {"GET"}


def test_a_mirror_that_lacks_a_column_is_found_out(settings: Settings) -> None:
    settings.MIRROR = "supabase"
    with FakePostgrest(columns=COLUMNS[:-2]) as site:
        settings.SUPABASE_URL = site.url

        with pytest.raises(MirrorRejected):
            list(outside.mirror())

        wiring.ports().mirror.close()  # type: ignore[union-attr]


@pytest.mark.parametrize(("is_live", "calls"), [(False, 0), (True, 1)])
def test_a_paid_model_is_asked_once_and_only_when_it_may_be(
    is_live: bool, calls: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LLM = "anthropic"
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-made-up")
    with model_server() as models:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", models.url)

        found = _only(outside.model(is_live=is_live))

    assert len(models.received) == calls
    assert found.verdict is (Verdict.WELL if is_live else Verdict.NOTE)


@pytest.mark.parametrize(("is_live", "calls"), [(False, 0), (True, 1)])
def test_a_paid_embedder_is_asked_once_and_only_when_it_may_be(
    is_live: bool, calls: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMBEDDINGS = "titan"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMADEUP")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    with model_server() as models:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", models.url)

        found = _only(outside.embedder(is_live=is_live))

    assert len(models.embedded) == calls
    assert found.verdict is (Verdict.WELL if is_live else Verdict.NOTE)


def test_memories_of_another_embedder_are_counted() -> None:
    job = make_job(status=Status.RUNNING)
    remember(job, ["The cello."])
    Chunk.objects.update(embedding=[1, 0], embedding_space="old/2")

    _, finding = outside.embedder(is_live=False)

    assert finding.verdict is Verdict.NOTE
    assert "1 memories" in finding.says
    assert "manage.py reembed --all" in (finding.advice or "")
