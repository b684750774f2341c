"""Pages of the local user, with a folder for exports, or with Supabase as the fake plays it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imports import wiring
from imports.adapters.objects_supabase import SupabaseObjects
from tests.fakes.storage import KEY, FakeStorage
from tests.integration.adapters.objects.conftest import HASTE


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give uploads a folder of their own."""
    settings.OBJECTS_DIR = tmp_path / "objects"
    wiring.ports.cache_clear()
    yield settings.OBJECTS_DIR
    wiring.ports.cache_clear()


@pytest.fixture
def supabase(settings: Any) -> Iterator[FakeStorage]:
    """Let exports lie in Supabase."""
    with FakeStorage() as fake:
        settings.SUPABASE_URL = fake.url.removesuffix("/storage/v1")
        settings.SUPABASE_SERVICE_KEY = KEY
        objects = SupabaseObjects(fake.url, KEY, settings.IMPORT_BUCKETS, patience=HASTE)
        vars(wiring.ports())["objects"] = objects
        yield fake
        objects.close()
