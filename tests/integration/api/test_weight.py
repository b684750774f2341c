"""What the web process carries: the door, and nothing of the workshop."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

_ANSWER = """
import json, sys
from soulprint.wsgi import application

told = []
for path in ("/healthz", "/api/schema/", "/api/imports/", "/admin/login/"):
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000", "HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": "Bearer not.ours", "wsgi.input": sys.stdin.buffer,
        "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
    }
    body = application(environ, lambda status, headers: told.append(int(status[:3])))
    list(body)
    body.close()
from pathlib import Path
peak = next(
    int(line.split()[1]) // 1024
    for line in Path("/proc/self/status").read_text().splitlines()
    if line.startswith("VmHWM")
)
print(json.dumps({"told": told, "modules": sorted(sys.modules), "peak_mb": peak}))
"""


@pytest.fixture(scope="module")
def web() -> dict[str, object]:
    """A web process of its own that has answered a few requests."""
    asked = subprocess.run(
        [sys.executable, "-c", _ANSWER],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "soulprint.settings", "LOCAL_MODE": "1"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(asked.stdout)


def test_it_answers(web: dict[str, object]) -> None:
    assert web["told"] == [200, 200, 401, 200]


@pytest.mark.parametrize(
    "module",
    [
        "imports.runner",
        "imports.pipeline",
        "imports.adapters",
        "imports.formats",
        "anthropic",
        "boto3",
        "botocore",
        "httpx",
        "numpy",
        "pydantic",
        "wordllama",
        "tokenizers",
        "ijson",
        "schemathesis",
    ],
)
def test_it_does_not_load_what_only_workers_need(
    web: dict[str, object], module: str
) -> None:
    assert module not in web["modules"]


def test_it_stays_small(web: dict[str, object]) -> None:
    assert web["peak_mb"] < 120
