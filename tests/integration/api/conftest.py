"""A house outside local mode, with one service key."""

from __future__ import annotations

import pytest

from tests.integration.api import callers


@pytest.fixture(autouse=True)
def _public_house(settings: pytest.FixtureRequest) -> None:
    settings.LOCAL_MODE = False
    settings.SERVICE_KEYS = callers.KEYS
