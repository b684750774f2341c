"""Embedding by a service that takes one text a call and throttles."""

from __future__ import annotations

from collections import Counter

import pytest
from pytest_django.fixtures import Settings

from imports.adapters.retrying import Backoff
from imports.adapters.titan import TitanEmbedder
from imports.models import Chunk, ImportJob, Lesson, ModelCall, Status
from imports.pipeline import embed
from imports.ports import Price
from imports.search import Question, search
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
    job = make_job(status=Status.RUNNING, budget_microdollars=1_000_000)
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


def test_every_token_is_on_the_bill(
    models: ModelServer, job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TitanEmbedder, "price", Price(input=2_000_000, output=0))

    list(embed.run(job, ports(models)))  # type: ignore[arg-type]

    job.reload()
    calls = ModelCall.objects.filter(job=job)
    assert [(call.input_tokens, call.microdollars) for call in calls] == [(30, 60)] * 3
    assert {call.model for call in calls} == {"amazon.titan-embed-text-v2:0"}
    assert job.spent_microdollars == 180


@pytest.fixture
def poor(job: ImportJob, monkeypatch: pytest.MonkeyPatch) -> ImportJob:
    """An import that can pay for two batches with half of its money."""
    monkeypatch.setattr(TitanEmbedder, "price", Price(input=1_000_000, output=0))
    ImportJob.objects.filter(id=job.id).update(budget_microdollars=100)
    job.reload()
    return job


def test_half_of_the_budget_is_left_and_words_find_the_rest(
    models: ModelServer, poor: ImportJob
) -> None:
    *_, last = embed.run(poor, ports(models))  # type: ignore[arg-type]

    poor.reload()
    assert poor.spent_microdollars == 60
    assert set(answered(models)) == set(TEXTS[:20])
    assert (last.done, last.total) == (30, 30)
    assert "10 of 30 chunks have no vector" in last.note
    question = Question(text=TEXTS[-1])
    hits = search(poor.user_id, question, embedder=ports(models).embedder)
    assert hits[0].text == TEXTS[-1]


def test_a_worker_that_goes_on_without_money_begins_behind_the_known_words(
    models: ModelServer, poor: ImportJob
) -> None:
    stage = embed.run(poor, ports(models))  # type: ignore[arg-type]
    assert [next(stage).done for _ in range(4)] == [0, 10, 20, 30]
    stage.close()  # type: ignore[attr-defined]

    said = list(embed.run(poor, ports(models)))  # type: ignore[arg-type]

    assert [each.done for each in said] == [20, 30]


def test_with_a_larger_budget_it_goes_on(models: ModelServer, poor: ImportJob) -> None:
    list(embed.run(poor, ports(models)))  # type: ignore[arg-type]
    ImportJob.objects.filter(id=poor.id).update(budget_microdollars=1_000_000)

    list(embed.run(poor, ports(models)))  # type: ignore[arg-type]

    assert answered(models) == Counter(TEXTS)
