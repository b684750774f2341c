"""A PostgREST on 127.0.0.1 with one table, ``user_profiles``, and with faults on request.

    with FakePostgrest() as site:
        site.add(user_id)                            # a profile of this user
        site.fail("late")                            # the next writing arrives when it is let in
        ...
        site.rows                                    # what stands in the table
        site.history                                 # each writing that changed a row, in order
        site.let_in()                                # whatever was held up on the way arrives now

Filters are looked at when a request arrives, as a database does: a writing that was held up
changes only what it still matches.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.serving import Served

KEY = "sb_secret_made-up-for-the-tests"
PATH = "/rest/v1/user_profiles"
COLUMNS = (
    "id", "import_status", "import_stage", "progress_percent", "import_error", "soul_md",
    "identity_md", "user_md", "agents_md", "tools_md", "memory_md", "ai_name", "archetype",
    "processing_started_at", "updated_at",
)  # fmt: skip

Fault = Literal[
    "down",  # 503, as when its database is away
    "page",  # 520 and the page of a proxy
    "cut",  # the connection closes; nothing was written
    "unanswered",  # it is written, but the connection closes before the answer
    "late",  # the connection closes, and it is written at let_in()
    "unsigned",  # 401
    "redirect",  # 302 to somewhere else
]


class FakePostgrest(Served):
    """The server; everything it holds and heard is in plain attributes."""

    def __init__(self, *, columns: tuple[str, ...] = COLUMNS, key: str = KEY) -> None:
        self.columns = columns
        self.key = key
        self.rows: list[dict[str, Any]] = []
        self.history: list[dict[str, Any]] = []
        self.requests: list[tuple[str, dict[str, str], dict[str, Any] | None]] = []
        # Some tables set updated_at themselves, whatever is written there.
        self.has_trigger = False
        self._touched = 0
        self._faults: list[Fault] = []
        self._held_up: list[tuple[dict[str, str], dict[str, Any]]] = []
        self._lock = threading.RLock()
        self.serve(_Handler, name="site")

    @property
    def url(self) -> str:
        """The address of the project; PostgREST is below it."""
        return self.address

    def add(self, user_id: uuid.UUID, **columns: Any) -> dict[str, Any]:
        """Make a profile, as the site does when somebody signs up."""
        row = dict.fromkeys(self.columns) | {"id": str(user_id)} | columns
        with self._lock:
            self.rows.append(row)
        return row

    def touch(self, row: dict[str, Any]) -> None:
        """Write to a row as the site itself does."""
        with self._lock:
            self._touched += 1
            row["updated_at"] = f"2020-01-01T00:00:00.{self._touched:06}+00:00"

    def fail(self, *faults: Fault) -> None:
        """Let these things happen to the next requests."""
        with self._lock:
            self._faults.extend(faults)

    def recover(self) -> None:
        """Be well from now on."""
        with self._lock:
            self._faults.clear()

    def let_in(self) -> None:
        """Let arrive what was held up on the way."""
        with self._lock:
            held_up, self._held_up = self._held_up, []
            for rows, changes in held_up:
                self.write(rows, changes)

    def take_fault(self, method: str) -> Fault | None:
        with self._lock:
            if not self._faults:
                return None
            if self._faults[0] in ("late", "unanswered") and method != "PATCH":
                return None
            return self._faults.pop(0)

    def hold_up(self, rows: dict[str, str], changes: dict[str, Any]) -> None:
        with self._lock:
            self._held_up.append((rows, changes))

    def matching(self, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        with self._lock:
            return [row for row in self.rows if _matches(row, filters)]

    def write(
        self, filters: Mapping[str, str], changes: dict[str, Any]
    ) -> list[dict[str, Any]]:
        with self._lock:
            matching = self.matching(filters)
            for row in matching:
                row.update(changes)
                if self.has_trigger:
                    self.touch(row)
                self.history.append(dict(row))
            return matching


def _matches(row: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    return all(_holds(row.get(column), text) for column, text in filters.items())


def _holds(value: Any, text: str) -> bool:
    if text == "is.null":
        return value is None
    operator, _, operand = text.partition(".")
    assert operator == "eq", f"the fake does not know {text}"
    return value is not None and str(value) == operand


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: FakePostgrest

    def do_GET(self) -> None:
        self._answer("GET")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def log_message(self, format: str, *args: Any) -> None:
        """The requests are in ``FakePostgrest.requests``."""

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        asked.pop("limit", None)
        wanted = asked.pop("select", "*").split(",")
        length = int(self.headers.get("Content-Length") or 0)
        changes = json.loads(self.rfile.read(length)) if length else None
        self.site.requests.append((method, dict(self.headers), changes))
        if not self._stumbles(self.site.take_fault(method), asked, changes):
            self._serve(method, address.path, asked, wanted, changes)

    def _serve(
        self,
        method: str,
        path: str,
        asked: dict[str, str],
        wanted: list[str],
        changes: dict[str, Any] | None,
    ) -> None:
        unknown = {*(changes or {}), *asked, *wanted} - {*self.site.columns}
        if self.headers.get("apikey") != self.site.key:
            self._error(401, "PGRST301", "JWT could not be decoded")
        elif path != PATH:
            self._error(404, "PGRST205", "Could not find the table in the schema cache")
        elif unknown:
            self._error(400, "PGRST204", f"Could not find the {unknown} column")
        elif method == "GET":
            self._rows(self.site.matching(asked), wanted)
        elif self._is_limited() and len(self.site.matching(asked)) > 1:
            self._error(400, "PGRST124", "Query result exceeds max-affected preference")
        else:
            self._rows(self.site.write(asked, changes or {}), wanted)

    def _stumbles(
        self, fault: Fault | None, asked: dict[str, str], changes: dict[str, Any] | None
    ) -> bool:
        match fault:
            case None:
                return False
            case "down":
                self._error(503, "PGRST002", "Could not query the database")
            case "page":
                self._send(520, b"<html>520</html>", "text/html")
            case "unsigned":
                self._error(401, "PGRST303", "JWT expired")
            case "redirect":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case _:
                if fault == "late" and changes is not None:
                    self.site.hold_up(asked, changes)
                if fault == "unanswered" and changes is not None:
                    self.site.write(asked, changes)
                self.close_connection = True
        return True

    def _is_limited(self) -> bool:
        prefer = self.headers.get("Prefer", "")
        return "max-affected=1" in prefer and "handling=strict" in prefer

    def _rows(self, rows: list[dict[str, Any]], wanted: list[str]) -> None:
        shown = [{name: row.get(name) for name in wanted} for row in rows]
        self._send(200, json.dumps(shown).encode(), "application/json")

    def _error(self, status: int, code: str, message: str) -> None:
        body = {"code": code, "message": message, "details": None, "hint": None}
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
