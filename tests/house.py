"""The folder and the one PostgreSQL of a test run.

Loaded by ``-p tests.house``, because settings are read before any conftest is.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

_FOLDER = "SOULPRINT_TEST_FOLDER"


def _start_house() -> None:
    """Give this run a folder and a server of its own; parallel workers inherit both."""
    if _FOLDER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="soulprint-tests-"))
    folder.chmod(0o755)
    os.environ[_FOLDER] = str(folder)
    os.environ["LOCAL_MODE"] = "1"
    os.environ["VAR_DIR"] = str(folder)
    os.environ["LOG_LEVEL"] = "WARNING"
    for name in ("LLM", "EMBEDDINGS", "SUPABASE_URL", "SUPABASE_SERVICE_KEY", "FAULT"):
        os.environ.pop(name, None)
    if "DATABASE_URL" not in os.environ:
        from soulprint.postgres import embedded_url

        os.environ["DATABASE_URL"] = embedded_url(folder / "postgres")


_start_house()


def pytest_collection_finish() -> None:
    """Keep thousands of collected tests out of what the garbage collector goes through."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    from soulprint.postgres import stop

    folder = Path(os.environ.pop(_FOLDER))
    if (folder / "postgres").exists():
        stop(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)
