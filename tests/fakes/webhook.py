"""A webhook receiver on 127.0.0.1, which may be unwell on request.

with FakeWebhook() as webhook:
    settings.ALERT_WEBHOOK = webhook.url
    webhook.answers = [503]              # the next message is met with that
    webhook.texts                        # what arrived and was taken
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

PATH = "/services/T000/B000/made-up-secret"


class FakeWebhook:
    """The server; everything it heard is in plain attributes."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.answers: list[int] = []
        handler = type("Handler", (_Handler,), {"webhook": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


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
