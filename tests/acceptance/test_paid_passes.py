"""All passes over the real SDK: what is stored is true, what is billed was served, once."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from typing import Any

import pytest

from imports import evaluation
from imports.amounts import money
from imports.models import ModelCall, Soulprint, StageLog, Status
from imports.synthetic import Truth, write_export
from tests.acceptance.journeys import (
    after,
    bring,
    work,
    work_to_the_end,
)
from tests.acceptance.paying import billed, ids_of
from tests.fakes.models import (
    CHARACTERS_PER_TOKEN,
    ModelServer,
    usage_of,
)
from tests.fakes.oracle import Oracle
from tests.fakes.replies import failed, html, overloaded, throttled

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Truth]:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    truth = write_export(path, seed=21, conversations=20, zipped=True)
    return path.read_bytes(), truth


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
    assert sum(calls.values_list("microdollars", flat=True)) == billed(models)
    assert job.spent_microdollars == billed(models)


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
    assert set(ids_of(models).values()) == {1}
    assert job.spent_microdollars == billed(models)
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
