"""Embedding by a service that takes one text a call and throttles."""

from __future__ import annotations

from collections import Counter

import pytest
from pytest_django.fixtures import Settings

from imports.adapters.retrying import Backoff
from imports.adapters.titan import TitanEmbedder
from imports.models import Chunk, ImportJob, Lesson, Status
from imports.pipeline import embed
from tests.factories import make_job
from tests.fakes.models import ModelServer
from tests.integration.adapters.conftest import models as models
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

TEXTS = [f"text number {n}" for n in range(30)]


@pytest.fixture
def job(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> ImportJob:
    settings.EMBEDDED_TIERS = ["medium"]
    monkeypatch.setattr(embed, "BATCH_CHUNKS", 10)
    job = make_job(status=Status.RUNNING)
    for text in TEXTS:
        remember(job, [text])
    return job


def ports(models: ModelServer) -> Ports:
    backoff = Backoff(first_seconds=0.005, longest_seconds=0.05)
    embedder = TitanEmbedder(
        region="us-east-1", base_url=models.url, most_in_flight=3, backoff=backoff
    )
    return Ports(embedder=embedder)


def answered(models: ModelServer) -> Counter[str]:
    return Counter(each.body["inputText"] for each in models.received)


def test_every_chunk_is_embedded_once_and_nothing_is_learned(
    models: ModelServer, job: ImportJob
) -> None:
    list(embed.run(job, ports(models)))  # type: ignore[arg-type]

    assert answered(models) == Counter(TEXTS)
    assert models.most_in_flight <= 3
    assert not Chunk.objects.filter(tier="medium", embedding=None).exists()
    assert not Lesson.objects.exists()


def test_throttling_costs_time_and_leaves_no_chunk_out(
    models: ModelServer, job: ImportJob
) -> None:
    models.capacity = 2

    list(embed.run(job, ports(models)))  # type: ignore[arg-type]

    assert set(answered(models)) == set(TEXTS)
    assert not Chunk.objects.filter(tier="medium", embedding=None).exists()


def test_what_was_stored_before_a_worker_died_is_not_embedded_again(
    models: ModelServer, job: ImportJob
) -> None:
    stage = embed.run(job, ports(models))  # type: ignore[arg-type]
    assert [next(stage).done for _ in range(2)] == [0, 10]
    stage.close()  # type: ignore[attr-defined]
    models.received.clear()

    list(embed.run(job, ports(models)))  # type: ignore[arg-type]

    assert set(answered(models)) == set(TEXTS[10:])
