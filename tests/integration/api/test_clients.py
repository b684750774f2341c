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

from tests.integration.api.callers import SERVICE_KEY

FLOW = Path(__file__).with_name("flow.mjs")


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
@pytest.mark.django_db(transaction=True)
def test_a_javascript_client_follows_the_documented_flow(
    live_server: LiveServer, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    ran = subprocess.run(
        ["node", str(FLOW), live_server.url, SERVICE_KEY, str(uuid.uuid4())],
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
