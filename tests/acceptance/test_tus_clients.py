"""Clients that others wrote get a file through to the running server, wherever the line breaks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from imports.models import Upload
from tests.fakes.fault_proxy import Counted, FaultProxy
from tests.senders import SENDERS, arrived, digest_of, start_sender, write_file
from tests.web import Web

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 12_000_000
PIECE = 1_000_000
# Bytes between two cuts: of what is sent, so that pieces break off; or of what is answered, so
# that a piece has arrived and nobody learns of it.
MEANS: dict[Counted, int] = {"questions": 1_200_000, "answers": 600}


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "objects"


@pytest.fixture(scope="module")
def web(objects: Path, django_db_setup: None) -> Iterator[Web]:
    web = Web(objects)
    web.start()
    yield web
    web.kill()


@pytest.mark.parametrize("counts", MEANS)
@pytest.mark.parametrize("sender", SENDERS)
def test_a_file_arrives_whole_over_a_line_that_breaks_at_random_bytes(
    sender: str, counts: Counted, web: Web, objects: Path, tmp_path: Path
) -> None:
    expected = write_file(tmp_path / "source.zip", size=SIZE)
    dice = random.Random(5)

    with FaultProxy(("127.0.0.1", web.port), counts=counts) as line:
        line.reset_after = lambda: int(dice.expovariate(1 / MEANS[counts]))
        endpoint = f"http://127.0.0.1:{line.port}/uploads/"
        source = tmp_path / "source.zip"
        path = arrived(
            start_sender(sender, endpoint, source, wait_ms=20, piece=PIECE), seconds=60
        )

    assert line.resets >= 4
    assert digest_of(objects / path) == expected
    assert Upload.objects.get(storage_path=path).finished_at
