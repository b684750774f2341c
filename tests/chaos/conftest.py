"""The house of a chaos test: objects in a fresh folder, and hosts that are ended whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import house
from tests.hosts import Host

__all__ = ["house"]

StartHost = Callable[..., Host]
Say = Callable[[str], None]


@pytest.fixture
def make_host(house: Path) -> Iterator[StartHost]:
    """Make hosts in this house; whatever is left of them is killed."""
    hosts: list[Host] = []

    def make(**options: Any) -> Host:
        host = Host(house, name=str(len(hosts) or ""), **options)
        hosts.append(host)
        return host

    yield make
    for host in hosts:
        host.end()


@pytest.fixture
def start_host(make_host: StartHost) -> StartHost:
    """Start hosts in this house, with what a test wants to be different in their environment."""
    return lambda **environment: make_host(**environment).start()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Tell the reader of the run a number."""

    def write(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text}\n")

    return write
