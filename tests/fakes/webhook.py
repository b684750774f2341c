"""A webhook receiver on 127.0.0.1, which may be unwell on request.

with FakeWebhook() as webhook:
    settings.ALERT_WEBHOOK = webhook.url
    webhook.answers = [503]              # the next message is met with that
    webhook.texts                        # what arrived and was taken
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.serving import Served

PATH = "/services/T000/B000/made-up-secret"


class FakeWebhook(Served):
    """The server; everything it heard is in plain attributes."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.answers: list[int] = []
        self.serve(_Handler, name="webhook")

    @property
    def url(self) -> str:
        return f"{self.address}{PATH}"


class _Handler(BaseHTTPRequestHandler):
    webhook: FakeWebhook

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.webhook.answers.pop(0) if self.webhook.answers else 200
        if status == 200 and self.path == PATH:
            self.webhook.texts.append(said["text"])
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: Any) -> None:
        """What arrived is in ``FakeWebhook.texts``."""
