"""The house of a chaos test: objects in a fresh folder, and hosts that are ended whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import house
from tests.hosts import Host

__all__ = ["house"]

StartHost = Callable[..., Host]
Say = Callable[[str], None]


@pytest.fixture
def start_host(house: Path) -> Iterator[StartHost]:
    """Start hosts in this house, with what a test wants to be different in their environment."""
    hosts: list[Host] = []

    def start(**environment: str) -> Host:
        host = Host(house, name=str(len(hosts) or ""), **environment)
        hosts.append(host)
        return host.start()

    yield start
    for host in hosts:
        host.end()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Tell the reader of the run a number."""

    def write(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}\n")

    return write
