"""The worker's side: starts the courier with the first errand, and another one if it has died."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import uuid
import weakref
from pathlib import Path

from imports import shutdown
from imports.adapters.courier.parcels import (
    Answer,
    Errand,
    Greeting,
    failed,
    receive,
    unwrap_answer,
    wrap,
)

_ROOT = Path(__file__).parents[3]
# It waits for an answer that another courier brings, then for its own: longer than both take.
PATIENCE_SECONDS = 600.0


class Courier:
    """The courier of this process; nothing is started before there is an errand.

    Each errand gets a socket pair of its own, one end of which is passed to the courier. So errands
    do not wait for each other, and an end of file means that nobody will answer any more.
    """

    def __init__(self, database: str) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._hatch: socket.socket | None = None
        self._leave: weakref.finalize[..., Courier] | None = None
        self._name = ""
        self._owner = 0

    @property
    def pid(self) -> int | None:
        """The number of its process; None while there is none."""
        return self._process.pid if self._process else None

    def carry(self, errand: Errand) -> Answer:
        """Have a request sent, or its answer found, and wait for it."""
        mine, theirs = socket.socketpair()
        with mine:
            mine.settimeout(PATIENCE_SECONDS)
            with theirs:
                self._hand_over(theirs)
            try:
                mine.sendall(wrap(errand))
                parcel = receive(mine)
            except TimeoutError:
                return failed("timeout")
            except OSError:
                parcel = None
        # Without a word it has died. What it carried is known to the row of the call.
        return unwrap_answer(parcel) if parcel else failed("unreachable")

    def end(self) -> None:
        """Let it finish what it carries, and wait until it is gone."""
        with self._lock:
            self._let_go()

    def _hand_over(self, line: socket.socket) -> None:
        """Pass an end of a line to a living courier."""
        with self._lock:
            if self._owner != os.getpid():  # a fork leaves the parent's alone
                self._let_go()
            if self._hatch is None:
                self._start(successor_of="")
            try:
                self._pass(line)
            except OSError:
                died = self._name
                self._let_go()
                self._start(successor_of=died)
                self._pass(line)

    def _pass(self, line: socket.socket) -> None:
        assert self._hatch is not None  # noqa: S101 - it was started just now
        socket.send_fds(self._hatch, [b"."], [line.fileno()])

    def _start(self, *, successor_of: str) -> None:
        self._hatch, theirs = socket.socketpair()
        self._name = uuid.uuid4().hex
        self._owner = os.getpid()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "imports.adapters.courier", str(theirs.fileno())],
                cwd=_ROOT,
                pass_fds=[theirs.fileno(), *shutdown.lingering()],
                # Whoever kills the worker's process group, or presses Ctrl-C, does not mean it.
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "MALLOC_ARENA_MAX": "1"},
            )
        self._leave = weakref.finalize(self, _leave, self._hatch, self._process)
        self._leave.atexit = False  # a worker that ends waits for nobody
        greeting = Greeting(
            database=self.database, name=self._name, successor_of=successor_of
        )
        self._hatch.sendall(wrap(greeting))

    def _let_go(self) -> None:
        if self._leave is not None:
            self._leave()
        self._leave = self._hatch = self._process = None


def _leave(hatch: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """Close the hatch, which ends the courier, and wait for that; a fork has no child to wait for."""
    hatch.close()
    process.wait()
