"""The tests that ask real services pass with services that keep their promises."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from imports.synthetic import write_export
from tests.fakes.models import ModelServer, model_server
from tests.fakes.oracle import Oracle
from tests.fakes.supabase import KEY, FakeSupabase
from tests.live.test_services import HISTORY

TESTS = 4
SECONDS = 300  # an interpreter, a database and a whole import, on a busy machine


@pytest.fixture
def models(tmp_path: Path) -> Iterator[ModelServer]:
    with model_server() as server:
        server.answer = Oracle(truth=write_export(tmp_path / "export.json", **HISTORY))
        yield server


def run_live(models: ModelServer) -> subprocess.CompletedProcess[str]:
    """Run them in an environment that has a key for everything."""
    with FakeSupabase() as project:
        environment = {
            "PATH": os.environ["PATH"],
            # A database of its own on the server of this run.
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])
            ._replace(path="/live")
            .geturl(),
            "SUPABASE_URL": project.url,
            "SUPABASE_SERVICE_KEY": KEY,
            "SUPABASE_JWT_SECRET": "of the old kind, and long enough for it",
            "AWS_ACCESS_KEY_ID": "AKIAMADEUP",
            "AWS_SECRET_ACCESS_KEY": "made-up",
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": models.url,
            "ANTHROPIC_BEDROCK_BASE_URL": models.url,
        }
        command = [sys.executable, "-m", "pytest", "-q", "-m", "live", "tests/live"]
        return subprocess.run(
            [*command, "-p", "no:cacheprovider"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )


@pytest.mark.timeout(SECONDS + 20)
def test_they_pass_with_services_that_keep_their_promises(models: ModelServer) -> None:
    ran = run_live(models)

    assert ran.returncode == 0, ran.stdout
    assert f"{TESTS} passed" in ran.stdout
    assert models.usages
    assert models.embedded
