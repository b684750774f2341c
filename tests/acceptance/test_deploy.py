"""The service starts as ``render.yaml`` says, in production mode, on a plain PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml
from django.conf import settings

from tests.exports import chat
from tests.integration.api import callers

# Building, migrating and starting take a while: `make chaos` does it.
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]
ROOT = Path(settings.BASE_DIR)
HOST = "soulprint.onrender.example"
_SERVICES = yaml.safe_load((ROOT / "render.yaml").read_text())["services"]
WEB, WORKER = _SERVICES
# What this machine has installed already.
INSTALL = "pip install --require-hashes -r requirements.lock && "


class Deployed:
    """A fresh copy of the sources, a database of its own, and an environment as Render's."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self._environment = {
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "RENDER": "true",
            "RENDER_EXTERNAL_HOSTNAME": HOST,
            "PORT": str(self.port),
            "SECRET_KEY": uuid.uuid4().hex + uuid.uuid4().hex,
            "DATABASE_URL": database_url,
            "SERVICE_KEYS": f"site:{callers.KEYS['site']}",
        }

    def run(self, command: str) -> str:
        """Run a command to its end; give what it said."""
        ran = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, env=self._environment, timeout=100,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout + ran.stderr

    def start(self, command: str, *, log: Path) -> subprocess.Popen[bytes]:
        """Start a service, as the platform does."""
        with log.open("wb") as written:
            return subprocess.Popen(
                ["sh", "-c", command],
                cwd=self.folder,
                env=self._environment,
                stderr=written,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )

    def ask(self, path: str, *, method: str = "GET", **options: Any) -> httpx.Response:
        """Ask as somebody does who came through the platform's proxy, by https."""
        sent = {"Host": HOST, "X-Forwarded-Proto": "https", **options.pop("headers", {})}
        address = f"http://127.0.0.1:{self.port}{path}"
        return httpx.request(method, address, headers=sent, timeout=10, **options)

    def wait_until_well(self) -> None:
        """Wait until the platform's own look is answered."""
        for _ in range(200):
            try:
                if self.ask(WEB["healthCheckPath"]).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("it does not answer")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """Give an empty database on the server of this test run."""
    name = f"deploy_{uuid.uuid4().hex[:8]}"
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        base, _, query = url.partition("?")
        yield f"{base.rpartition('/')[0]}/{name}?{query}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Deployed:
    """Build and migrate with the commands of the Blueprint."""
    folder = tmp_path_factory.mktemp("deployed")
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(
        ["tar", "--null", "-T-", "-cf", folder / "all.tar"], cwd=ROOT, input=files.stdout, check=True
    )  # fmt: skip
    subprocess.run(["tar", "-xf", "all.tar"], cwd=folder, check=True)
    deployed = Deployed(folder, database_url)
    assert WEB["buildCommand"].startswith(INSTALL)
    deployed.run(WEB["buildCommand"].removeprefix(INSTALL))
    deployed.run(WEB["preDeployCommand"])
    return deployed


@pytest.fixture(scope="module")
def log(deployed: Deployed) -> Path:
    return deployed.folder / "web.log"


@pytest.fixture(scope="module")
def web(deployed: Deployed, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = deployed.start(WEB["startCommand"], log=log)
    try:
        deployed.wait_until_well()
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.usefixtures("web")
class TestWeb:
    def test_a_host_that_nobody_named_is_refused(self, deployed: Deployed) -> None:
        assert deployed.ask("/healthz", headers={"Host": "evil.example"}).status_code == 400

    def test_the_platform_is_answered_without_https_and_others_are_sent_there(
        self, deployed: Deployed
    ) -> None:
        plain = {"X-Forwarded-Proto": "http"}

        health = deployed.ask("/healthz", headers=plain)
        page = deployed.ask("/api/docs/", headers=plain)

        assert health.status_code == 200
        assert page.headers["Location"] == f"https://{HOST}/api/docs/"

    def test_static_files_are_served_and_may_be_kept_for_ever(
        self, deployed: Deployed
    ) -> None:
        page = deployed.ask("/admin/login/")
        (style, *_) = re.findall(r'href="(/static/[^"]+\.css)"', page.text)

        sent = deployed.ask(style)

        assert (page.status_code, sent.status_code) == (200, 200)
        assert "immutable" in sent.headers["Cache-Control"]
        assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")

    def test_an_import_is_taken_and_the_line_about_it_is_json(
        self, deployed: Deployed, log: Path
    ) -> None:
        answer = _trigger(deployed, user_id=uuid.uuid4())

        assert answer.status_code == 202
        lines = [
            json.loads(each) for each in log.read_text().splitlines() if each[0] == "{"
        ]
        mine = [e for e in lines if e.get("request_id") == answer.headers["X-Request-ID"]]
        assert "POST /api/imports/ -> 202" in mine[-1]["message"]

    def test_who_comes_without_an_address_is_sent_to_the_console(
        self, deployed: Deployed
    ) -> None:
        assert deployed.ask("/").headers["Location"].startswith("/admin/")


def test_nothing_is_left_to_say_about_the_deployment(deployed: Deployed) -> None:
    said = deployed.run("python manage.py check --deploy --fail-level WARNING")

    assert "no issues (0 silenced)" in said


def test_web_and_worker_do_a_whole_import_and_end_when_they_are_told_to(
    deployed: Deployed, web: subprocess.Popen[bytes]
) -> None:
    user = uuid.uuid4()
    lies = deployed.folder / "var" / "objects" / "user-imports" / str(user)
    lies.mkdir(parents=True)
    export = [chat(f"c{n}", ["I live in Lisbon.", "Noted."]) for n in range(5)]
    (lies / "conversations.json").write_text(json.dumps(export))

    worker = deployed.start(WORKER["startCommand"], log=deployed.folder / "worker.log")
    job = _trigger(deployed, user_id=user).json()
    status = job
    for _ in range(600):
        status = deployed.ask(f"/api/imports/{job['id']}/", headers=_KEY).json()
        if status["status"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.1)
    began = time.monotonic()
    for process in (worker, web):
        process.send_signal(signal.SIGTERM)
    for process in (worker, web):
        process.wait(timeout=30)

    assert (status["status"], status["counts"]["conversations"]) == ("COMPLETE", 5)
    assert (worker.returncode, web.returncode) == (0, 0)
    assert time.monotonic() - began < WORKER["maxShutdownDelaySeconds"]


_KEY = {"Authorization": f"Bearer {callers.SERVICE_KEY}"}


def _trigger(deployed: Deployed, *, user_id: uuid.UUID) -> httpx.Response:
    path = f"user-imports/{user_id}/conversations.json"
    body = {"user_id": str(user_id), "storage_path": path}
    return deployed.ask("/api/imports/", method="POST", json=body, headers=_KEY)
