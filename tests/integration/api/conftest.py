"""A house outside local mode, with one service key and a Supabase that signs tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from imports import wiring
from imports.api import tokens
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers


@pytest.fixture(autouse=True)
def _public_house(settings: LazySettings) -> None:
    settings.LOCAL_MODE = False
    settings.SERVICE_KEYS = callers.KEYS


@pytest.fixture
def auth(settings: LazySettings) -> Iterator[FakeAuth]:
    """A project whose keys nobody has fetched yet."""
    tokens.forget()
    with FakeAuth() as auth:
        settings.SUPABASE_URL = auth.url
        yield auth


@pytest.fixture
def store(tmp_path: Path, settings: LazySettings) -> Iterator[Path]:
    """Take uploads into a folder of this test, in local mode."""
    settings.LOCAL_MODE = True
    settings.OBJECTS_DIR = tmp_path / "objects"
    wiring.ports.cache_clear()
    assert wiring.ports().objects  # a folder, whatever a test says of Supabase later
    yield settings.OBJECTS_DIR
    wiring.ports.cache_clear()
