"""Stands where the SDK expects a connection, and gives every request to the courier."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import httpx2

from imports.adapters.courier.calling import Courier
from imports.adapters.courier.parcels import Answer, Errand, wrap


class AnswerIsLost(Exception):
    """A request was sent, and nobody will ever bring what came back."""


@dataclass(slots=True)
class Carried:
    """The call in the ledger for which this thread asks, over all its tries."""

    ticket: int
    refused: str = ""

    @contextmanager
    def underway(self) -> Iterator[None]:
        """Let the requests of this block belong to the call."""
        before = _CARRIED.set(self)
        try:
            yield
        finally:
            _CARRIED.reset(before)


# The SDK passes nothing of ours through to its transport; it does stay in the thread.
_CARRIED: ContextVar[Carried] = ContextVar("carried")


class CourierTransport(httpx2.BaseTransport):
    """Sends by courier."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        carried = _CARRIED.get(Carried(ticket=0))
        errand = Errand(
            ticket=carried.ticket,
            refused=carried.refused,
            method=request.method,
            url=str(request.url),
            headers=[
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, value in request.headers.raw
            ],
            timeout=dict(request.extensions.get("timeout", {})),
            body=request.read(),
        )
        answer = self._courier.carry(errand)
        _raise_trouble(answer)
        # If the same thread asks again, this was no answer: the courier may throw it away.
        carried.refused = hashlib.sha256(wrap(answer)).hexdigest()
        return httpx2.Response(
            answer.status,
            headers=[(name, value) for name, value in answer.headers],
            stream=httpx2.ByteStream(answer.body),
        )


def _raise_trouble(answer: Answer) -> None:
    match answer.trouble:
        case "timeout":
            raise httpx2.ReadTimeout("the courier waited in vain")
        case "unreachable":
            raise httpx2.ConnectError("the courier could not get there")
        case "lost":
            raise AnswerIsLost
