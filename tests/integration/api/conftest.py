"""A house outside local mode, with one service key and a Supabase that signs tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

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
