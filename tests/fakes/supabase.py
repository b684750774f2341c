"""A whole project on one address: Storage and PostgREST of the other fakes, told apart by path.

with FakeSupabase() as project:
    project.storage.hold(path, content)
    row = project.site.add(user_id)
    start_host(SUPABASE_URL=project.url, SUPABASE_SERVICE_KEY=KEY)
"""

from __future__ import annotations

import http.client
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tests.fakes.postgrest import FakePostgrest
from tests.fakes.serving import Served, body_of
from tests.fakes.storage import KEY, FakeStorage

__all__ = ["KEY", "FakeSupabase"]


class FakeSupabase(Served):
    """Passes each request on to the fake that it is for; what breaks there breaks here."""

    def __init__(self) -> None:
        self.storage = FakeStorage(key=KEY)
        self.site = FakePostgrest(key=KEY)
        self.serve(_Handler, name="project")
        self._parts = ExitStack()

    @property
    def url(self) -> str:
        return self.address

    def address_for(self, path: str) -> str:
        """Say who answers for a path."""
        part = self.site if path.startswith("/rest/") else self.storage
        return urlsplit(part.url).netloc

    def __enter__(self) -> Self:
        self._parts.enter_context(self.storage)
        self._parts.enter_context(self.site)
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
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
        headers = dict(self.headers)
        headers.pop("Transfer-Encoding", None)
        behind = http.client.HTTPConnection(self.project.address_for(self.path), timeout=30)
        try:
            body = body_of(self)
            behind.request(self.command, self.path, body or None, headers)
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
