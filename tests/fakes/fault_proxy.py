"""A TCP proxy on 127.0.0.1 that breaks connections where a test wants them broken.

    with FaultProxy(upstream) as proxy:
        proxy.reset_after = lambda: 40_000    # every new connection: RST after so many bytes
        ...
        proxy.resets                          # how many connections were broken

What the server says is counted and cut, so that a request (a COMMIT, say) has arrived and its
answer is lost; or what it is told (``counts="questions"``), so that a file breaks off on its way.
The upstream is a host and a port, or the path of a UNIX socket.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self

Upstream = tuple[str, int] | str
Counted = Literal["answers", "questions"]

_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER of nothing: close() sends RST


class FaultProxy:
    """The proxy; it runs in a thread of its own."""

    def __init__(self, upstream: Upstream, *, counts: Counted = "answers") -> None:
        self.reset_after: Callable[[], int | None] = lambda: None
        self.resets = 0
        self.port = 0
        self._upstream = upstream
        self._counts = counts
        # The loop itself would let go of a task that nobody else holds.
        self._tasks: set[asyncio.Task[Any] | None] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(self._listen(), self._loop)
        self.port = started.result(timeout=5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._tasks.add(asyncio.current_task())
        limit = self.reset_after()
        up_reader, up_writer = await self._connect()
        ways = [(reader, up_writer), (up_reader, writer)]
        counted, other = ways if self._counts == "questions" else reversed(ways)
        passing = asyncio.create_task(_pump(*other))
        try:
            if await _pump(*counted, limit=limit):
                self._reset(writer)
            elif self._counts == "questions":
                await passing  # all was asked; the answer may still come
        finally:
            passing.cancel()
            up_writer.close()
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._upstream, str):
            return await asyncio.open_unix_connection(self._upstream)
        return await asyncio.open_connection(*self._upstream)

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        self.resets += 1
        link: socket.socket = writer.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        writer.transport.abort()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, limit: int | None = None
) -> bool:
    """Pass on what comes, up to a limit; say whether that was reached."""
    passed = 0
    try:
        while data := await reader.read(16_384):
            if limit is not None and passed + len(data) > limit:
                writer.write(data[: limit - passed])
                await writer.drain()
                return True
            writer.write(data)
            await writer.drain()
            passed += len(data)
        writer.write_eof()
    except (OSError, RuntimeError):  # the second is how a closed transport says it
        pass  # one side is gone: that is what a proxy passes on
    return False
