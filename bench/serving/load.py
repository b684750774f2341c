"""Asks a server over and over on connections that stay open, and keeps how long each answer took.

One loop over plain sockets: a client that works as hard as the server would measure itself.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

CONNECTIONS = 8
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Load:
    """What came of it."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def p99_ms(self) -> float:
        ranked = sorted(self.times)
        return ranked[int(len(ranked) * 0.99)] * 1e3


@dataclass(slots=True)
class _Line:
    """A connection, what it has heard so far, and since when it waits."""

    socket: socket.socket
    asked_at: float = 0.0
    heard: bytes = b""


def ask_for(
    port: int, requests: Iterator[bytes], *, seconds: float, connections: int = CONNECTIONS
) -> Load:
    """Send the next request wherever an answer has come, until the time or the requests are over."""
    load = Load()
    began = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for _ in range(connections):
            _ask(_Line(socket.create_connection(("127.0.0.1", port))), requests, waiting)
        while waiting.get_map():
            for key, _ in waiting.select(timeout=30) or _nobody_answers():
                line: _Line = key.data
                if not _hear(line, load):
                    continue
                waiting.unregister(line.socket)
                if time.perf_counter() - began < seconds:
                    _ask(line, requests, waiting)
                else:
                    line.socket.close()
    load.seconds = time.perf_counter() - began
    return load


def _ask(line: _Line, requests: Iterator[bytes], waiting: selectors.BaseSelector) -> None:
    request = next(requests, None)
    if request is None:
        line.socket.close()
        return
    line.asked_at = time.perf_counter()
    line.socket.sendall(request)
    waiting.register(line.socket, selectors.EVENT_READ, line)


def _hear(line: _Line, load: Load) -> bool:
    """Take in what has arrived; say whether the answer is whole."""
    arrived = line.socket.recv(65_536)
    if not arrived:
        raise SystemExit("the server closed a connection")
    line.heard += arrived
    end = line.heard.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = _LENGTH.search(line.heard, 0, end)
    if len(line.heard) < end + 4 + (int(length[1]) if length else 0):
        return False
    load.times.append(time.perf_counter() - line.asked_at)
    load.statuses[int(line.heard[9:12])] += 1
    line.heard = b""
    return True


def _nobody_answers() -> list[tuple[selectors.SelectorKey, int]]:
    raise SystemExit("the server has not answered for 30 seconds")
