"""What the web process carries: the door, and nothing of the workshop."""

from __future__ import annotations

import json
import os
import string
import subprocess
import sys
import uuid
from typing import Any

import pytest

from imports.adapters.local_embedder import LocalEmbedder
from imports.models import Fact, Status
from imports.pipeline import embed
from tests.factories import make_job
from tests.hosts import database_address
from tests.integration.api import callers
from tests.memories import remember
from tests.ports import Ports

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")

_ANSWER = """
import json, sys
from soulprint.wsgi import application

told = []
for path in sys.argv[2:]:
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000", "HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": f"Bearer {sys.argv[1]}",
        "wsgi.input": sys.stdin.buffer, "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
    }
    body = application(environ, lambda status, headers: told.append(int(status[:3])))
    answer = b"".join(body)
    body.close()
from pathlib import Path
peak = next(
    int(line.split()[1]) // 1024
    for line in Path("/proc/self/status").read_text().splitlines()
    if line.startswith("VmHWM")
)
print(json.dumps(
    {"told": told, "modules": sorted(sys.modules), "peak_mb": peak, "last": answer.decode()}
))
"""


def answered(*paths: str, bearer: str, **environment: str) -> dict[str, Any]:
    """Let a web process of its own answer some requests; give what became of it."""
    asked = subprocess.run(
        [sys.executable, "-c", _ANSWER, bearer, *paths],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "soulprint.settings", "LOCAL_MODE": "1"}
        | environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    told: dict[str, Any] = json.loads(asked.stdout)
    return told


@pytest.fixture(scope="module")
def web() -> dict[str, Any]:
    """A web process that has answered a few requests."""
    return answered(
        "/healthz", "/api/schema/", "/api/imports/", "/admin/login/", bearer="not.ours"
    )


def _names(number: int) -> str:
    """Give words that no other number has."""
    return "".join(f" {letter}{number * 7919:x}" for letter in string.ascii_lowercase)


@pytest.fixture
def _memory(transactional_db: None) -> None:
    """A memory, and a hundred facts of many words that a question must be compared with."""
    job = make_job(user_id=USER, status=Status.RUNNING)
    for number in range(100):
        told = remember(job, [f"My sister number {number} plays the cello.", "Lovely."])
        said = {
            "conversation_id": str(told.id),
            "message_id": "m0",
            "at": None,
            "quote": "My sister",
        }
        Fact.objects.create(
            id=uuid.uuid4(), user_id=USER, job=job, slot="relation", category="family",
            statement=f"Has a sister who plays the cello with{_names(number)}",
            kind="durable", basis="stated", confidence=0.7, evidence=[said], engine="local",
        )  # fmt: skip
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]


def test_it_answers(web: dict[str, Any]) -> None:
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
def test_it_does_not_load_what_only_workers_need(web: dict[str, Any], module: str) -> None:
    assert module not in web["modules"]


def test_it_stays_small(web: dict[str, Any]) -> None:
    assert web["peak_mb"] < 120


@pytest.mark.usefixtures("_memory")
def test_it_stays_small_when_it_has_searched() -> None:
    web = answered(
        *["/healthz", "/api/schema/", "/admin/login/"],
        # Without a word that no fact holds: it would ask for something else than all of them.
        *[f"/api/soulprints/{USER}/search/?q=my+sister+plays"] * 5,
        bearer=callers.SERVICE_KEY,
        DATABASE_URL=database_address(),
        SERVICE_KEYS=f"site:{callers.KEYS['site']}",
    )

    assert web["told"] == [200] * 8
    assert len(json.loads(web["last"])["results"]) == 10
    assert web["peak_mb"] < 120
    assert "tokenizers" not in web["modules"]
