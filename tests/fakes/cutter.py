"""A bad line: passes bytes on, and breaks each connection after so many of them."""

from __future__ import annotations

import random
import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

_ABRUPTLY = struct.pack("ii", 1, 0)  # RST instead of a polite end


class Cutter:
    """Listens on a port of its own; each connection carries ``mean`` bytes upwards on average."""

    def __init__(self, port: int, *, mean: int, seed: int) -> None:
        self._target = ("127.0.0.1", port)
        self._dice = random.Random(seed)
        self._mean = mean
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.cuts = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                budget = int(self._dice.expovariate(1 / self._mean))
                threading.Thread(
                    target=self._carry, args=(near, budget), daemon=True
                ).start()

    def _carry(self, near: socket.socket, budget: int) -> None:
        far = socket.create_connection(self._target)
        threading.Thread(target=_pour, args=(far, near), daemon=True).start()
        with suppress(OSError):
            while data := near.recv(min(65536, budget) or 1):
                far.sendall(data[:budget])
                budget -= len(data)
                if budget <= 0:
                    self.cuts += 1
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
                    break
        # A plain close would wait for the thread that still listens to the other end.
        with suppress(OSError):
            far.shutdown(socket.SHUT_RDWR)
        for end in (near, far):
            end.close()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
