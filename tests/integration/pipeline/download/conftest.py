"""A running job, and the two places from which its export may come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from imports.adapters.objects_local import LocalObjects
from imports.adapters.objects_supabase import SupabaseObjects
from imports.models import ImportJob, Status
from tests.factories import make_job
from tests.fakes.storage import KEY, FakeStorage
from tests.integration.pipeline.download.places import HASTE, PATH, USER, Place


@pytest.fixture
def storage() -> Iterator[FakeStorage]:
    with FakeStorage() as fake:
        yield fake


@pytest.fixture
def remote(storage: FakeStorage, tmp_path: Path) -> Iterator[Place]:
    objects = SupabaseObjects(
        storage.url, KEY, ["imports"], timeout=httpx.Timeout(2), patience=HASTE
    )
    yield Place(objects, lambda content: storage.hold(PATH, content), tmp_path / "spool")
    objects.close()


@pytest.fixture
def local(tmp_path: Path) -> Place:
    objects = LocalObjects(tmp_path / "objects", ["imports"])
    return Place(objects, lambda content: objects.put(PATH, [content]), tmp_path / "spool")


@pytest.fixture(params=["local", "remote"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(request.param)


@pytest.fixture
def job() -> ImportJob:
    return make_job(status=Status.RUNNING, user_id=USER, storage_path=PATH)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yield after every block and look, so that there are many places to break."""
    monkeypatch.setattr("imports.pipeline.download.looking._DUE_SECONDS", 0)
    monkeypatch.setattr("imports.pipeline.download.travel._DUE_BYTES", 1)
