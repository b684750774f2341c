"""The routes and the page that README.md gives to a site, run by Node from upload to result."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house_settings
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from imports import uploads, wiring
from imports.api import tokens
from imports.models import ImportJob, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import work_to_the_end
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers

README = Path(house_settings.BASE_DIR) / "README.md"
HERE = Path(__file__).parent
# What TypeScript says beyond JavaScript in these blocks; Node itself refuses whatever is left.
TYPES = re.compile(
    r"^type .*\n|(?<=\w): (?:Request|string|\(standing: Standing\) => void)(?=[,)])", re.M
)
USER = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")


@pytest.fixture
def auth(house: Path, settings: Settings) -> Iterator[FakeAuth]:
    """A public house that keeps objects in a folder, and a project that its user signs in to."""
    assert wiring.ports().objects
    tokens.forget()
    settings.LOCAL_MODE = False
    settings.ALLOWED_HOSTS = ["*"]
    settings.SERVICE_KEYS = callers.KEYS
    with FakeAuth() as auth:
        auth.people["ada@example.org"] = str(USER)
        settings.SUPABASE_URL = auth.url
        yield auth


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The files of the site: what README.md names, and what surrounds it."""
    folder = tmp_path / "site"
    blocks = re.findall(r"^```ts\n// (\S+)\.ts\n(.*?)^```", README.read_text(), re.M | re.S)
    files = {name: TYPES.sub("", code) for name, code in blocks}
    files["lib/soulprint"] = files["lib/soulprint"].replace("setTimeout", "fastTimeout")
    files["utils/supabase/server"] = (HERE / "server.mjs").read_text()
    files["site"] = (HERE / "site.mjs").read_text()
    for name, code in files.items():
        path = folder / f"{name}.mjs"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            code.replace(
                '"@/utils/supabase/server"', f'"{folder}/utils/supabase/server.mjs"'
            )
        )
    return folder / "site.mjs"


@pytest.fixture
def export(tmp_path: Path) -> bytes:
    path = tmp_path / "export.zip"
    write_export(path, seed=3, conversations=6, zipped=True)
    return path.read_bytes()


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
@pytest.mark.django_db(transaction=True)
def test_a_site_made_from_the_readme_imports_from_upload_to_soulprint(
    live_server: LiveServer, auth: FakeAuth, site: Path, export: bytes
) -> None:
    path = uploads.store(user_id=USER, filename="export.zip", blocks=[export])
    names = {"SOULPRINT_URL": live_server.url, "SOULPRINT_SERVICE_KEY": callers.SERVICE_KEY}

    with subprocess.Popen(
        ["node", site, path, f"imports/{USER}/other.zip"],
        env=os.environ | names | {"SUPABASE_URL": auth.url},
        stdout=subprocess.PIPE,
        text=True,
    ) as node:
        signed_out, started = _line(node), _line(node)
        job = work_to_the_end(ImportJob.objects.get(id=started["started"]))
        ended = _line(node)

    assert signed_out == {"signedOut": "not_authenticated"}
    assert (started["isSame"], started["refused"]) == (True, "import_in_progress")
    assert (job.status, job.requested_by) == (Status.COMPLETE, "service site")
    assert ended["seen"][-1] == {
        "status": "complete",
        "progress": 100,
        "stage": "Writing memory",
        "error": None,
        "job_id": str(job.id),
    }
    assert ended["answers"] == [200, 202, 304, 401, 409]
    assert ended["waits"] == [2000]
    assert ended["soulprint"]["pass"] == "full"
    assert ended["soulprint"]["sections"]["memory"]


def _line(node: subprocess.Popen[str]) -> Any:
    assert node.stdout
    return json.loads(node.stdout.readline())
