"""Titan over the real SDK: one text a call, each paid for once, never too many in flight."""

from __future__ import annotations

import math
from typing import Any

import pytest

from imports.adapters.retrying import Backoff
from imports.adapters.titan import (
    EmbedderNotConfigured,
    EmbedderThrottled,
    EmbedderUnavailable,
    TitanEmbedder,
)
from tests.fakes import models as fake
from tests.fakes import replies
from tests.fakes.models import ModelServer
from tests.fakes.replies import Reply

TEXTS = [f"text number {n}" for n in range(40)]


def make_embedder(models: ModelServer, **options: Any) -> TitanEmbedder:
    settings = {
        "region": "us-east-1",
        "backoff": Backoff(first_seconds=0, longest_seconds=0),
    }
    return TitanEmbedder(base_url=models.url, **(settings | options))


def test_each_text_gets_its_own_unit_vector_in_order(models: ModelServer) -> None:
    embedder = make_embedder(models)

    vectors = embedder.embed(TEXTS)

    expected = [
        fake.titan_answer({"inputText": text, "dimensions": 512})["embedding"]
        for text in TEXTS
    ]
    assert [vector[:3] for vector in vectors] == [
        pytest.approx(vector[:3]) for vector in expected
    ]
    assert [len(vector) for vector in vectors] == [512] * 40
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1] * 40)


def test_tokens_are_counted_of_every_vector_that_came(models: ModelServer) -> None:
    embedder = make_embedder(models)
    models.plan(replies.throttled())

    embedder.embed(TEXTS[:5])

    assert embedder.tokens_read == 5 * 3


def test_titan_is_asked_for_one_normalized_vector_at_a_time(models: ModelServer) -> None:
    make_embedder(models, dimensions=256).embed(["a text"])

    (received,) = models.received
    assert received.path == "/model/amazon.titan-embed-text-v2:0/invoke"
    assert received.body == {
        "inputText": "a text",
        "dimensions": 256,
        "normalize": True,
        "embeddingTypes": ["float"],
    }


def test_an_empty_text_gives_zeros_and_costs_nothing(models: ModelServer) -> None:
    vectors = make_embedder(models).embed(["", " \n"])

    assert vectors.tolist() == [[0.0] * 512, [0.0] * 512]
    assert models.received == []


def test_the_space_names_model_and_dimensions() -> None:
    spaces = {TitanEmbedder(region="x", dimensions=each).space for each in (256, 512, 1024)}

    assert len(spaces) == 3
    assert "bedrock/titan-embed-text-v2/512" in spaces


def test_other_dimensions_are_refused() -> None:
    with pytest.raises(EmbedderNotConfigured):
        TitanEmbedder(region="us-east-1", dimensions=100)


def test_no_more_calls_are_in_flight_than_allowed(models: ModelServer) -> None:
    models.plan(*(replies.slow(0.02) for _ in TEXTS))

    make_embedder(models, most_in_flight=3).embed(TEXTS)

    assert models.most_in_flight == 3


def test_throttling_costs_time_but_no_text_twice(models: ModelServer) -> None:
    models.capacity = 2
    backoff = Backoff(first_seconds=0.01, longest_seconds=0.2)

    vectors = make_embedder(models, backoff=backoff).embed(TEXTS)

    assert len(vectors) == len(TEXTS)
    assert {each.body["inputText"] for each in models.received} == set(TEXTS)


@pytest.mark.parametrize(
    "faults",
    [
        [replies.throttled()] * 7,
        [replies.failed(500)] * 4,
        [replies.html()] * 3,
        [replies.cut_off()] * 3,
        [replies.foreign()],
        [replies.reset()] * 3,
    ],
)
def test_a_passing_fault_costs_only_time(models: ModelServer, faults: list[Reply]) -> None:
    models.plan(*faults)

    (vector,) = make_embedder(models).embed(["a text"])

    assert len(vector) == 512
    assert len(models.received) == len(faults) + 1


def test_a_slow_answer_is_given_up_and_asked_again(models: ModelServer) -> None:
    models.plan(replies.slow(1))

    (vector,) = make_embedder(models, timeout_seconds=0.2).embed(["a text"])

    assert len(vector) == 512
    assert len(models.received) == 2


@pytest.mark.parametrize(
    ("fault", "failure", "requests"),
    [
        (replies.throttled(), EmbedderThrottled, 8),
        (replies.failed(500), EmbedderUnavailable, 5),
        (replies.foreign(), EmbedderUnavailable, 4),
        (replies.failed(403, amazon="AccessDeniedException"), EmbedderNotConfigured, 1),
        (replies.failed(400, amazon="ValidationException"), EmbedderNotConfigured, 1),
    ],
)
def test_a_lasting_fault_ends_after_a_bounded_number_of_requests(
    models: ModelServer, fault: Reply, failure: type[Exception], requests: int
) -> None:
    models.plan(*([fault] * 12))

    with pytest.raises(failure):
        make_embedder(models).embed(["a text"])

    assert len(models.received) == requests


def test_after_a_failure_the_waiting_texts_are_not_sent(models: ModelServer) -> None:
    models.plan(*(replies.failed(403, amazon="AccessDeniedException") for _ in TEXTS))

    with pytest.raises(EmbedderNotConfigured):
        make_embedder(models, most_in_flight=2).embed(TEXTS)

    assert len(models.received) < len(TEXTS)


def test_a_text_beyond_the_window_is_embedded_by_its_beginning(models: ModelServer) -> None:
    message = (
        "Too many input tokens. Max input tokens: 8192, request input token count: 9001"
    )
    models.plan(replies.failed(400, amazon="ValidationException", message=message))

    (vector,) = make_embedder(models).embed(["ab" * 30_000])

    assert len(vector) == 512
    assert [len(body["inputText"]) for body in models.bodies] == [50_000, 25_000]


def test_missing_credentials_are_a_matter_of_configuration(
    models: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(EmbedderNotConfigured):
        make_embedder(models).embed(["a text"])


def test_nobody_listens_is_transient(models: ModelServer) -> None:
    backoff = Backoff(first_seconds=0, longest_seconds=0)
    embedder = TitanEmbedder(
        region="us-east-1", base_url="http://127.0.0.1:9", backoff=backoff
    )

    with pytest.raises(EmbedderUnavailable):
        embedder.embed(["a text"])
