"""A bug that is reported to Sentry says where it happened, and nothing of what was said."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec

import pytest
from django.conf import settings

from soulprint.sentry import without_words

CANARY = "the canary sings at dawn"
_BUG = f"""
import django; django.setup()
import logging
def where_it_happens():
    said = {CANARY!r}
    raise ValueError(said)
try:
    where_it_happens()
except ValueError:
    logging.getLogger('imports').exception('job %s: a bug', {CANARY!r})
import sentry_sdk; sentry_sdk.flush(5)
"""


def test_what_may_quote_somebody_is_taken_out() -> None:
    event = {
        "exception": {"values": [{"type": "DataError", "value": CANARY, "stacktrace": {}}]},
        "request": {"method": "GET", "url": "http://x", "query_string": CANARY},
        "logentry": {"message": "job %s: a bug", "params": [CANARY], "formatted": CANARY},
        "user": {"ip_address": CANARY},
        "extra": {"said": CANARY},
        "breadcrumbs": {"values": [CANARY]},
    }

    sent = without_words(event, {})

    assert CANARY not in str(sent)
    assert sent["exception"]["values"][0]["type"] == "DataError"
    assert sent["logentry"] == {"message": "job %s: a bug"}


@pytest.mark.skipif(find_spec("sentry_sdk") is not None, reason="it is installed")
def test_a_start_without_the_library_ends_with_a_sentence() -> None:
    ended = _run("import django; django.setup()", dsn="http://key@127.0.0.1:1/1")

    assert ended.returncode == 1
    assert "SENTRY_DSN: is set, but sentry-sdk is not installed" in ended.stderr


@pytest.mark.skipif(find_spec("sentry_sdk") is None, reason="sentry-sdk is not installed")
def test_the_library_sends_the_place_and_not_the_words(received: Received) -> None:
    ended = _run(_BUG, dsn=f"http://key@127.0.0.1:{received.port}/1")

    assert ended.returncode == 0, ended.stderr
    sent = b"".join(received.bodies).decode()
    assert "where_it_happens" in sent
    assert "canary sings" not in sent.replace(_BUG, "")


class Received:
    """A Sentry on 127.0.0.1, as far as it takes in reports."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_packed = self.headers.get("Content-Encoding") == "gzip"
                bodies.append(gzip.decompress(body) if is_packed else body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """What arrived is in ``bodies``."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port


@pytest.fixture
def received() -> Iterator[Received]:
    received = Received()
    thread = threading.Thread(target=received.server.serve_forever, args=(0.01,))
    thread.start()
    yield received
    received.server.shutdown()
    received.server.server_close()
    thread.join()


def _run(program: str, *, dsn: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **os.environ,
            "SENTRY_DSN": dsn,
            "DJANGO_SETTINGS_MODULE": "soulprint.settings",
        },
    )
