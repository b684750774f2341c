"""A house of its own for each journey: objects and spool in a fresh folder, local engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from imports import wiring


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Path:
    """Point objects and spool at a folder of this test."""
    settings.OBJECTS_DIR = tmp_path / "objects"
    settings.SPOOL_DIR = tmp_path / "spool"
    # Engines may be shared, stores may not: what was wired for another folder is dropped.
    vars(wiring.ports()).pop("objects", None)
    return tmp_path
