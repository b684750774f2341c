"""What the courier does with one errand: claim the call, ask the provider, keep the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import httpx2
import psycopg

from imports.adapters.courier import shelf
from imports.adapters.courier.parcels import (
    Answer,
    Errand,
    Greeting,
    Headers,
    failed,
    unwrap_answer,
    wrap,
)
from imports.adapters.courier.shelf import Standing

LOOK_SECONDS = 0.5
# After the last moment at which the provider may answer: for a database that is away meanwhile.
STORING_SECONDS = 30.0
MOST_BYTES = 64_000_000  # no answer is a hundredth of it
# What the SDK, or our translation of its errors, reads.
_NEEDED = frozenset(
    {
        "content-type", "content-encoding", "location", "retry-after", "retry-after-ms",
        "request-id", "x-should-retry", "x-amzn-errortype", "x-amzn-requestid",
    }
)  # fmt: skip


class Rounds:
    """The errands of one courier; they may run in several threads."""

    def __init__(self, greeting: Greeting) -> None:
        self._database = greeting.database
        self._name = greeting.name
        self._client = httpx2.Client()

    def give_up_what_was_carried_by(self, predecessor: str) -> None:
        """Let nobody wait for a courier that has died."""
        # Should the database be away: everybody waits until that call's time is over.
        with suppress(psycopg.Error):
            shelf.give_up(self._database, carrier=predecessor)

    def carry_out(self, errand: Errand, *, is_awaited: Callable[[], bool]) -> Answer:
        """Bring the answer to an errand, from the provider or from the row of its call."""
        if not errand.ticket:
            return exchange(errand, self._client)
        seconds = sum(_patience(errand)) + STORING_SECONDS
        try:
            standing = self._claim(errand, within_seconds=seconds, is_awaited=is_awaited)
        except psycopg.Error:
            return failed("unreachable")
        match standing:
            case Standing.MINE:
                return self._send(errand, until=time.monotonic() + seconds)
            case Standing.LOST:
                return failed("lost")
            case Standing():
                return failed("unreachable")
        return unwrap_answer(standing)

    def _claim(
        self, errand: Errand, *, within_seconds: float, is_awaited: Callable[[], bool]
    ) -> Standing | bytes:
        while True:
            standing = shelf.claim(
                self._database,
                errand.ticket,
                carrier=self._name,
                refused=errand.refused,
                within_seconds=within_seconds,
            )
            if standing is not Standing.UNDER_WAY or not is_awaited():
                return standing
            time.sleep(LOOK_SECONDS)

    def _send(self, errand: Errand, *, until: float) -> Answer:
        answer = exchange(errand, self._client)
        # What was not answered in time may be served and billed all the same.
        is_lost = answer.trouble in ("timeout", "lost")
        # Only a success is billed, and only a billed answer must never be asked for again.
        parcel = wrap(answer) if answer.status == 200 else None
        self._bring(errand, parcel, is_lost=is_lost, until=until)
        return failed("lost") if is_lost else answer

    def _bring(
        self, errand: Errand, parcel: bytes | None, *, is_lost: bool, until: float
    ) -> None:
        """Put an answer into its row, as long as anybody may wait for it there."""
        while True:
            try:
                return shelf.bring(
                    self._database,
                    errand.ticket,
                    carrier=self._name,
                    parcel=parcel,
                    is_lost=is_lost,
                )
            except psycopg.Error:
                if time.monotonic() > until:
                    return None
                time.sleep(LOOK_SECONDS)


def exchange(errand: Errand, client: httpx2.Client) -> Answer:
    """Ask the provider, once."""
    ends_at = time.monotonic() + sum(_patience(errand))
    request = httpx2.Request(
        errand.method,
        errand.url,
        headers=[(name, value) for name, value in errand.headers],
        content=errand.body,
        extensions={"timeout": errand.timeout},
    )
    try:
        response = client.send(request, stream=True, follow_redirects=False)
    except httpx2.ReadTimeout:
        return failed("timeout")
    # All else ends before the question has arrived, or by the provider's own hand.
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return failed("unreachable")
    try:
        body = _read(response, ends_at=ends_at)
    except httpx2.HTTPError:
        return failed("lost" if response.status_code == 200 else "unreachable")
    finally:
        response.close()
    return Answer(status=response.status_code, headers=_needed(response), body=body)


def _read(response: httpx2.Response, *, ends_at: float) -> bytes:
    """Read a body as it comes over the wire; the SDK decodes it.

    :raises httpx2.HTTPError: it comes too slowly, or is too long
    """
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if time.monotonic() > ends_at:
            raise httpx2.ReadTimeout("an answer that drips")
        if len(body) > MOST_BYTES:
            raise httpx2.ReadError("an answer without an end")
    return bytes(body)


def _needed(response: httpx2.Response) -> Headers:
    return [[name, value] for name, value in response.headers.items() if name in _NEEDED]


def _patience(errand: Errand) -> tuple[float, float]:
    """How long the SDK lets us wait for a connection, and for the answer."""
    connect, read = (errand.timeout.get(name) for name in ("connect", "read"))
    return (10.0 if connect is None else connect, 600.0 if read is None else read)
