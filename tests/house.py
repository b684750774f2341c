"""The folder, the one PostgreSQL and the environment of a test run.

Loaded by ``-p tests.house``, because settings are read before any conftest is. What a shell has set
for real services is forgotten: no test asks one, and none is paid for. Only ``-m live`` keeps it.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

_FOLDER = "SOULPRINT_TEST_FOLDER"
_SETTINGS = Path(__file__).parent.parent / "soulprint" / "settings.py"
_READ = re.compile(r'env\.\w+\(\s*"(\w+)"')
# What libraries read by themselves: the SDKs, and whoever would ask a proxy for 127.0.0.1.
_READ_ELSEWHERE = ("AWS_", "ANTHROPIC_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_KEPT = {"DATABASE_URL"}


def _start_house() -> None:
    """Give this run a folder and a server of its own; parallel workers inherit both."""
    if _FOLDER in os.environ:
        return
    if "live" not in sys.argv:
        _forget_services()
    folder = Path(tempfile.mkdtemp(prefix="soulprint-tests-"))
    folder.chmod(0o755)
    os.environ[_FOLDER] = str(folder)
    os.environ["LOCAL_MODE"] = "1"
    os.environ["VAR_DIR"] = str(folder)
    os.environ["LOG_LEVEL"] = "WARNING"
    if "DATABASE_URL" not in os.environ:
        from soulprint.postgres import embedded_url

        os.environ["DATABASE_URL"] = embedded_url(folder / "postgres")


def _forget_services() -> None:
    read = set(_READ.findall(_SETTINGS.read_text())) - _KEPT
    for name in list(os.environ):
        if name in read or name.upper().startswith(_READ_ELSEWHERE):
            del os.environ[name]


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
