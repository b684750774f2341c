"""All passes over the real SDK: what is stored is true, what is billed was served, once."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from imports import evaluation, wiring
from imports.amounts import money
from imports.models import ImportJob, ModelCall, Soulprint, StageLog, Status
from imports.pipeline import ledger
from imports.synthetic import Truth, write_export
from tests.acceptance.journeys import after, bring, come_back, die_at, work, work_to_the_end
from tests.fakes.models import (
    CHARACTERS_PER_TOKEN,
    ModelServer,
    answer_id,
    model_server,
    usage_of,
)
from tests.fakes.oracle import Oracle
from tests.fakes.replies import failed, html, overloaded, throttled

pytestmark = pytest.mark.django_db(transaction=True)

# Micro-dollars per token of the default model.
PAID_IN, PAID_OUT = 1, 5


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Truth]:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    truth = write_export(path, seed=21, conversations=20, zipped=True)
    return path.read_bytes(), truth


@pytest.fixture
def models(
    house: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModelServer]:
    """Let this process ask a fake through the real SDK."""
    settings.LLM = "anthropic"
    with model_server() as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", "made-up")
        vars(wiring.ports()).pop("language_model", None)
        yield server
    vars(wiring.ports()).pop("language_model", None)


def _billed(models: ModelServer) -> int:
    return sum(
        usage["input_tokens"] * PAID_IN + usage["output_tokens"] * PAID_OUT
        for usage in models.usages
    )


def _ids(models: ModelServer) -> Counter[str]:
    """Count by the id of its answer how often each body was sent."""
    return Counter(answer_id(body) for body in models.bodies)


def test_what_an_unreliable_provider_leaves_is_true_and_billed_as_served(
    exported: tuple[bytes, Truth], models: ModelServer
) -> None:
    content, truth = exported
    models.answer = Oracle(
        truth=truth, dropped=0.1, made_up=0.1, fenced=0.3, refuses_from=12, longest=3
    )
    models.plan(html(), throttled("0.1"), overloaded("0.2"))

    job = work_to_the_end(bring(content, user_id=uuid.uuid4()))

    scores = evaluation.score(truth, user_id=job.user_id)
    assert job.status == Status.COMPLETE
    assert scores.precision.value is not None
    assert scores.precision.value >= 0.98
    assert scores.precision.total >= 25
    assert (scores.provenance.value, scores.poison) == (1, ())
    calls = ModelCall.objects.filter(job=job)
    assert set(calls.values_list("stop_reason", flat=True)) >= {"end", "length", "refusal"}
    assert sum(calls.values_list("microdollars", flat=True)) == _billed(models)
    assert job.spent_microdollars == _billed(models)


def test_what_is_made_up_beside_every_fact_does_not_get_in(
    exported: tuple[bytes, Truth], models: ModelServer
) -> None:
    content, truth = exported
    models.answer = Oracle(truth=truth, made_up=1)

    job = work_to_the_end(bring(content, user_id=uuid.uuid4()))

    scores = evaluation.score(truth, user_id=job.user_id)
    assert scores.precision.value == 1
    assert scores.recall["plain"].value == 1


def test_an_import_drained_over_and_over_asks_nothing_twice_and_sends_no_secret(
    exported: tuple[bytes, Truth], models: ModelServer
) -> None:
    content, truth = exported
    models.answer = Oracle(truth=truth)
    job = bring(content, user_id=uuid.uuid4())
    broken_at: Counter[str] = Counter()

    while job.is_active:
        broken_at[job.stage] += 3
        work(job, is_draining=after(broken_at[job.stage]))

    secrets = [poison.value for poison in truth.poison if poison.kind == "secret"]
    sent = "\n".join(received.raw for received in models.received)
    assert job.status == Status.COMPLETE
    assert job.attempt > 10
    assert set(_ids(models).values()) == {1}
    assert job.spent_microdollars == _billed(models)
    assert len(secrets) == 5
    assert [secret for secret in secrets if secret in sent] == []
    assert sent.count("[REDACTED:") >= 3


def _talkative(body: dict[str, Any], text: str) -> dict[str, Any]:
    """Bill what was read, and an answer of a twentieth of it, as models give it."""
    usage = usage_of(body, text)
    said = len(body["messages"][0]["content"]) / CHARACTERS_PER_TOKEN
    return usage | {"output_tokens": round(said / 20)}


def test_the_cost_said_before_is_within_a_tenth_of_the_one_after(
    exported: tuple[bytes, Truth], models: ModelServer
) -> None:
    content, truth = exported
    models.answer, models.usage = Oracle(truth=truth), _talkative

    job = work_to_the_end(bring(content, user_id=uuid.uuid4()))

    facts, memory = StageLog.objects.filter(job=job).order_by("-started_at")[:2][::-1]
    said = re.fullmatch(r"Facts and memory are expected to cost \$(\d\.\d+)\.", facts.note)
    spent = facts.spent_microdollars + memory.spent_microdollars
    assert said is not None
    assert float(said[1]) * 1e6 == pytest.approx(spent, rel=0.1)
    assert memory.note == f"Facts and memory cost {money(spent)}."


def test_an_import_whose_key_is_refused_completes_and_says_so(
    exported: tuple[bytes, Truth], models: ModelServer
) -> None:
    content, _ = exported
    models.plan(*[failed(401, "authentication_error")] * 100)

    job = work_to_the_end(bring(content, user_id=uuid.uuid4()))

    newest = Soulprint.objects.of_user(job.user_id).first()
    assert job.status == Status.COMPLETE
    assert newest is not None
    assert newest.engine == "local"
    assert (
        "Written without a language model: the language model is not set up." in newest.note
    )
    assert newest.note.startswith("Read 0 of ")
    assert (job.spent_microdollars, models.usages) == (0, [])


# What is under way when a worker dies cannot be saved: it was served, but nobody took it.
@pytest.mark.parametrize(
    ("point", "at_once", "most_lost"),
    [
        ("call.reserved", 1, 0),
        pytest.param("call.answered", 1, 1, marks=pytest.mark.chaos),
        pytest.param("call.settled", 1, 0, marks=pytest.mark.chaos),
        ("call.settled", 8, 7),
    ],
)
def test_an_import_whose_worker_is_killed_asks_nothing_twice_that_was_stored(
    exported: tuple[bytes, Truth],
    models: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    at_once: int,
    most_lost: int,
) -> None:
    content, truth = exported
    models.answer = Oracle(truth=truth)
    monkeypatch.setattr(ledger, "CALLS_AT_ONCE", at_once)
    job = bring(content, user_id=uuid.uuid4())

    was_killed = die_at(f"{point}:5:kill", partial(work, job))
    stored = set(
        ModelCall.objects.exclude(request_id="").values_list("request_id", flat=True)
    )
    asked_before = len(models.received)
    come_back(job)
    work_to_the_end(job)

    asked_again = {answer_id(body) for body in models.bodies[asked_before:]}
    lost = ModelCall.objects.filter(job=job, outcome=ModelCall.Outcome.UNKNOWN)
    assert was_killed
    assert len(stored) >= 4
    assert job.status == Status.COMPLETE
    assert stored & asked_again == set()
    assert sum(_ids(models).values()) - len(_ids(models)) <= most_lost
    # The estimate of what was lost stays on the bill, so the budget holds in any case.
    estimates = sum(lost.values_list("microdollars", flat=True))
    stored_cost = sum(
        ModelCall.objects.filter(job=job, outcome=ModelCall.Outcome.DONE).values_list(
            "microdollars", flat=True
        )
    )
    assert job.spent_microdollars == stored_cost + estimates >= _billed(models)


@pytest.mark.chaos
def test_an_import_that_is_killed_again_and_again_pays_less_for_each_death(
    exported: tuple[bytes, Truth], models: ModelServer
) -> None:
    content, truth = exported
    models.answer = Oracle(truth=truth)
    job = bring(content, user_id=uuid.uuid4())
    lost_by_death: list[int] = []

    while job.is_active and len(lost_by_death) < 4:
        before = _repeatable(job)
        if die_at("call.settled:2:kill", partial(work, job)):
            lost_by_death.append(_repeatable(job) - before)
        # So many deaths so soon would be poison, which is another story.
        ImportJob.objects.filter(id=job.id).update(crashes=0)
        come_back(job)
        job.reload()
    work_to_the_end(job)

    repeats = sum(_ids(models).values()) - len(_ids(models))
    unknown = ModelCall.objects.filter(job=job, outcome=ModelCall.Outcome.UNKNOWN)
    assert job.status == Status.COMPLETE
    assert len(lost_by_death) == 4
    assert all(lost <= max(1, 8 >> death) for death, lost in enumerate(lost_by_death))
    assert repeats <= sum(lost_by_death) == unknown.count()


def _repeatable(job: ImportJob) -> int:
    """Count the calls of a job that were reserved and never answered."""
    return ModelCall.objects.filter(
        job=job, outcome__in=(ModelCall.Outcome.RESERVED, ModelCall.Outcome.UNKNOWN)
    ).count()
