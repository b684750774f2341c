"""Stores to test: the folder, and Supabase as the fake plays it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from imports.adapters.objects_local import LocalObjects
from imports.adapters.objects_supabase import SupabaseObjects
from imports.adapters.patience import Patience
from tests.fakes.storage import KEY, FakeStorage

BUCKETS = ("user-imports", "imports")
USER = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")
PATH = f"imports/{USER}/export.zip"
HASTE = Patience(
    first_wait_seconds=0.001, longest_wait_seconds=0.01, missing_wait_seconds=0.01
)


@pytest.fixture
def storage() -> Iterator[FakeStorage]:
    with FakeStorage() as fake:
        yield fake


@pytest.fixture
def connect() -> Iterator[Callable[..., SupabaseObjects]]:
    """Make clients of a fake that are closed at the end."""
    made: list[SupabaseObjects] = []

    def make(
        fake: FakeStorage,
        *,
        key: str = KEY,
        patience: Patience = HASTE,
        read_seconds: float = 5,
    ) -> SupabaseObjects:
        timeout = httpx.Timeout(connect=1, read=read_seconds, write=5, pool=1)
        made.append(
            SupabaseObjects(fake.url, key, BUCKETS, timeout=timeout, patience=patience)
        )
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def supabase(
    storage: FakeStorage, connect: Callable[..., SupabaseObjects]
) -> SupabaseObjects:
    return connect(storage)


@pytest.fixture
def local(tmp_path: Path) -> LocalObjects:
    return LocalObjects(tmp_path / "objects", BUCKETS)
