"""200 MB by clients of others, over a line that breaks at random bytes, to the real web server."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from imports.models import Upload
from tests.fakes.fault_proxy import FaultProxy
from tests.hosts import until
from tests.senders import SENDERS, arrived, digest_of, start_sender, write_file
from tests.web import Peak, Web

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

SIZE = 200_000_000
MEAN = 9_000_000  # bytes between two cuts
# Once a first file has gone through, the next gigabyte needs no more than this.
MOST_GROWTH = 4_000_000


@pytest.fixture
def web(house: Path) -> Iterator[Web]:
    web = Web(house / "objects")
    yield web
    web.kill()


def _warm(web: Web, house: Path) -> psutil.Process:
    """Start the server, and let it take a first file of this size."""
    process = web.start()
    write_file(house / "first.zip", size=SIZE)
    arrived(_send(web.port, house / "first.zip"), seconds=60)
    return process


def _send(
    port: int, file: Path, *, sender: str = "tuspy", wait_ms: int = 100
) -> subprocess.Popen[str]:
    endpoint = f"http://127.0.0.1:{port}/uploads/"
    return start_sender(sender, endpoint, file, wait_ms=wait_ms)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("sender", SENDERS)
def test_200_mb_arrive_whole_over_a_line_that_breaks_at_random_bytes(
    sender: str, web: Web, house: Path, say: Callable[[str], None]
) -> None:
    watch = Peak(_warm(web, house))
    expected = write_file(house / "source.zip", size=SIZE)
    watch.start()
    began = time.monotonic()

    dice = random.Random(11)
    with FaultProxy(("127.0.0.1", web.port), counts="questions") as line:
        line.reset_after = lambda: int(dice.expovariate(1 / MEAN))
        path = arrived(_send(line.port, house / "source.zip", sender=sender), seconds=240)

    grown, took = watch.end(), time.monotonic() - began
    say(f"{sender}: {line.resets} cuts, {took:.1f} s, {grown / 1e6:+.1f} MB of memory")
    assert digest_of(house / "objects" / path) == expected
    assert line.resets > 5
    assert grown < MOST_GROWTH


@pytest.mark.timeout(300)
def test_a_gigabyte_takes_hardly_more_memory_than_the_first_200_mb(
    web: Web, house: Path, say: Callable[[str], None]
) -> None:
    watch = Peak(_warm(web, house))
    expected = write_file(house / "source.zip", size=SIZE)
    watch.start()

    paths = [arrived(_send(web.port, house / "source.zip"), seconds=60) for _ in range(5)]

    grown = watch.end()
    say(f"1 GB after a first file: {grown / 1e6:+.1f} MB of memory")
    assert {digest_of(house / "objects" / path) for path in paths} == {expected}
    assert grown < MOST_GROWTH


@pytest.mark.timeout(300)
def test_200_mb_arrive_whole_though_the_server_is_killed_three_times(
    web: Web, house: Path, say: Callable[[str], None]
) -> None:
    web.start()
    expected = write_file(house / "source.zip", size=SIZE)
    began = time.monotonic()

    client = _send(web.port, house / "source.zip", sender="tus-js-client", wait_ms=700)
    for share in (0.2, 0.5, 0.8):
        until(lambda share=share: _bytes_done() > SIZE * share, seconds=90)  # type: ignore[misc]
        web.kill()
        web.start()
    path = arrived(client, seconds=120)

    say(f"200 MB, three kills, {time.monotonic() - began:.1f} s")
    assert digest_of(house / "objects" / path) == expected


def _bytes_done() -> int:
    done = Upload.objects.values_list("bytes_done", flat=True).first()
    return done or 0
