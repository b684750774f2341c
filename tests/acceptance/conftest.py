"""A house of its own for each journey: objects and spool in a fresh folder, local engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from imports import wiring
from tests.fakes.models import ModelServer, model_server


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Path:
    """Point objects and spool at a folder of this test."""
    settings.OBJECTS_DIR = tmp_path / "objects"
    settings.SPOOL_DIR = tmp_path / "spool"
    # Engines may be shared, stores may not: what was wired for another folder is dropped.
    vars(wiring.ports()).pop("objects", None)
    return tmp_path


@pytest.fixture
def models(
    house: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModelServer]:
    """Let this process ask a fake through the real SDK."""
    settings.LLM = "anthropic"
    with model_server() as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "made-up")
        vars(wiring.ports()).pop("language_model", None)
        yield server
    wiring.ports().courier.end()
    vars(wiring.ports()).pop("language_model", None)
