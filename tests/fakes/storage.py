"""A small Supabase Storage on 127.0.0.1, with its true answers and with faults on request.

    with FakeStorage() as storage:
        storage.hold("imports/<user>/export.zip", content)
        storage.fail(Fault("cut", at=1000))           # the next read breaks off there
        ...
        storage.requests                              # what was asked for, in order

A fault hits the next request of its kind, ``times`` times, and closes the connection after it:
a pooled connection would keep it.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Literal, Self

from tests.fakes.resumable import Begun
from tests.fakes.storage_answers import Handler, Server
from tests.fakes.storage_faults import Fault, Operation, Request

KEY = "sb_secret_made-up-for-the-tests"


class FakeStorage:
    """The server; everything it holds and heard is in plain attributes."""

    def __init__(self, *, key: str = KEY, past_the_end: Literal[416, 500] = 500) -> None:
        self.key = key
        self.past_the_end = past_the_end
        self.objects: dict[str, bytes] = {}
        self.begun: dict[str, Begun] = {}
        self.tokens: dict[str, str] = {}
        self.requests: list[Request] = []
        self.info_headers: dict[str, str] = {}
        self.closing = threading.Event()
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.storage = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/storage/v1"

    def hold(self, path: str, content: bytes) -> None:
        """Put an object there, as if somebody had uploaded it."""
        self.objects[path] = content

    def fail(self, *faults: Fault) -> None:
        """Let these faults happen, in this order for each operation."""
        with self._lock:
            self._faults.extend(fault for fault in faults for _ in range(fault.times))

    def reads(self) -> list[tuple[int, int]]:
        """Give the stretches that were sent, in order."""
        return [
            (each.start, each.stop) for each in self.requests if each.operation == "read"
        ]

    def take_fault(self, operation: Operation) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.on == operation and fault.kind != "flip":
                    self._faults.remove(fault)
                    return fault
        return None

    def take_flip(self, start: int, stop: int) -> int | None:
        with self._lock:
            for fault in self._faults:
                if fault.kind == "flip" and start <= fault.at < stop:
                    self._faults.remove(fault)
                    return fault.at
        return None

    def note(self, request: Request) -> None:
        with self._lock:
            self.requests.append(request)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
