"""The official way to call: Node's fetch follows the documented flow over a real socket."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from tests.fakes.jwks import FakeAuth
from tests.integration.api.callers import SERVICE_KEY

FLOW = Path(__file__).with_name("flow.mjs")


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", [SERVICE_KEY, ""], ids=["service", "signed-in user"])
def test_a_javascript_client_follows_the_documented_flow(
    live_server: LiveServer, settings: LazySettings, auth: FakeAuth, key: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    user = str(uuid.uuid4())
    auth.people["ada@example.org"] = user

    ran = subprocess.run(
        ["node", str(FLOW), live_server.url, user, key, auth.url],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert json.loads(ran.stdout) == [
        [202, "QUEUED", 2],
        [200, True],
        [304, ""],
        [202, "CANCELLED"],
        [200, "cancelled"],
        [404, "not_found"],
    ]
