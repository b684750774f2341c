"""An import that embeds with a paid service which throttles, and a worker that is killed meanwhile."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from imports import wiring
from imports.adapters.retrying import Backoff
from imports.adapters.titan import TitanEmbedder
from imports.models import Chunk, ImportJob, Status
from imports.pipeline import embed
from imports.synthetic import write_export
from tests.acceptance.journeys import bring, come_back, work, work_to_the_end
from tests.fakes.models import ModelServer
from tests.fakes.replies import throttled
from tests.integration.adapters.conftest import models as models

pytestmark = pytest.mark.django_db(transaction=True)

BATCH = 5
MOST_IN_FLIGHT = 3


@pytest.fixture
def titan(
    models: ModelServer, house: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModelServer]:
    """Let imports embed with Titan, which bears fewer requests than we are allowed to make."""
    settings.EMBEDDED_TIERS = ["medium"]
    monkeypatch.setattr(embed, "BATCH_CHUNKS", BATCH)
    models.capacity = MOST_IN_FLIGHT - 1
    models.plan(*[throttled()] * 4)  # whatever the machine's luck with the capacity
    former = vars(wiring.ports()).pop("embedder", None)
    vars(wiring.ports())["embedder"] = TitanEmbedder(
        region="us-east-1",
        base_url=models.url,
        most_in_flight=MOST_IN_FLIGHT,
        backoff=Backoff(first_seconds=0.002, longest_seconds=0.02),
    )
    yield models
    del vars(wiring.ports())["embedder"]
    if former is not None:
        vars(wiring.ports())["embedder"] = former


@pytest.fixture
def job(titan: ModelServer, tmp_path: Path) -> ImportJob:
    path = tmp_path / "export.zip"
    write_export(path, seed=13, conversations=6, zipped=True)
    return bring(path.read_bytes(), user_id=uuid.uuid4())


def chunks(job: ImportJob) -> list[tuple[str, bool]]:
    """Give the text of every chunk that wants a vector, and whether it has one."""
    rows = Chunk.objects.filter(user_id=job.user_id, tier="medium").order_by("id")
    return [
        (
            chunk.conversation.transcript[chunk.start : chunk.end],
            chunk.embedding is not None,
        )
        for chunk in rows.select_related("conversation")
    ]


def kill_after(requests: int, models: ModelServer, job: ImportJob) -> None:
    """Let another process work, and kill it with requests under way."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        work(job)
        os._exit(0)
    deadline = time.monotonic() + 60
    while len(models.received) < requests and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while models.in_flight and time.monotonic() < deadline:
        time.sleep(0.001)  # answers that nobody waits for any more
    assert os.WIFSIGNALED(status)


def test_every_chunk_is_embedded_once_within_the_limit(
    titan: ModelServer, job: ImportJob
) -> None:
    work_to_the_end(job)

    texts = [text for text, _ in chunks(job)]
    assert job.status == Status.COMPLETE
    assert len(texts) > 3 * BATCH
    assert Counter(titan.embedded) == Counter(texts)
    assert len(titan.received) > len(texts)  # it did throttle
    assert titan.most_in_flight <= MOST_IN_FLIGHT


def test_a_killed_worker_costs_at_most_the_batch_it_was_at(
    titan: ModelServer, job: ImportJob
) -> None:
    kill_after(2 * BATCH + 3, titan, job)
    stored = Counter(text for text, is_embedded in chunks(job) if is_embedded)
    before = len(titan.embedded)

    come_back(job)
    work_to_the_end(job)

    wanted = Counter(text for text, _ in chunks(job))
    assert job.status == Status.COMPLETE
    assert stored
    assert all(is_embedded for _, is_embedded in chunks(job))
    assert Counter(titan.embedded[before:]) == wanted - stored
    assert len(titan.embedded) - wanted.total() <= BATCH
    assert titan.most_in_flight <= MOST_IN_FLIGHT
