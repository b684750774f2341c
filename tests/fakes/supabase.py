"""A whole project on one address: Storage and PostgREST of the other fakes, told apart by path.

with FakeSupabase() as project:
    project.storage.hold(path, content)
    row = project.site.add(user_id)
    start_host(SUPABASE_URL=project.url, SUPABASE_SERVICE_KEY=KEY)
"""

from __future__ import annotations

import http.client
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.fakes.postgrest import FakePostgrest
from tests.fakes.storage import KEY, FakeStorage

__all__ = ["KEY", "FakeSupabase"]


class FakeSupabase:
    """Passes each request on to the fake that it is for; what breaks there breaks here."""

    def __init__(self) -> None:
        self.storage = FakeStorage(key=KEY)
        self.site = FakePostgrest(key=KEY)
        handler = type("Handler", (_Handler,), {"project": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._parts = ExitStack()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def address_for(self, path: str) -> str:
        """Say who answers for a path."""
        part = self.site if path.startswith("/rest/") else self.storage
        return urlsplit(part.url).netloc

    def __enter__(self) -> Self:
        self._parts.enter_context(self.storage)
        self._parts.enter_context(self.site)
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
        self._parts.close()


class _Handler(BaseHTTPRequestHandler):
    project: FakeSupabase

    def do_GET(self) -> None:
        self._pass_on()

    do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """The parts remember what they were asked."""

    def _pass_on(self) -> None:
        self.close_connection = True
        length = int(self.headers.get("Content-Length") or 0)
        behind = http.client.HTTPConnection(self.project.address_for(self.path), timeout=30)
        try:
            body = self.rfile.read(length)
            behind.request(self.command, self.path, body or None, dict(self.headers))
            answer = behind.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return  # it broke off there, so it breaks off here
        finally:
            behind.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
