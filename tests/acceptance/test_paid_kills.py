"""Workers are killed while they ask a paid model: every answer is paid for, booked and used once."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from imports import intake, wiring
from imports.adapters.claude import DEFAULT_MODELS
from imports.dispatch import dispatch
from imports.models import ImportJob, ModelCall, Status
from imports.synthetic import write_export
from tests.acceptance.journeys import (
    bring,
    come_back,
    die_after,
    die_at,
    work,
    work_to_the_end,
)
from tests.acceptance.paying import billed, ids_of
from tests.canonical import dump
from tests.fakes.models import (
    ModelServer,
    example,
)
from tests.fakes.oracle import Oracle, is_about_facts

pytestmark = pytest.mark.django_db(transaction=True)


class Undisturbed:
    """What the same import leaves when nobody dies."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.job = work_to_the_end(bring(content, user_id=uuid.uuid4()))
        self._stored = dump(self.job.user_id)

    def again(self) -> Undisturbed:
        """Make the quiet import once more, as the settings are now."""
        return Undisturbed(self._content)

    def bring(self) -> ImportJob:
        """Ask for it again, for somebody else."""
        job = bring(self._content, user_id=uuid.uuid4())
        # Richness looks at the age of a conversation when its import was asked for.
        ImportJob.objects.filter(id=job.id).update(created_at=self.job.created_at)
        return job

    def confirm(self, job: ImportJob, models: ModelServer) -> None:
        """Hold what is stored, asked and billed against the quiet import."""
        calls = ModelCall.objects.filter(job=job).exclude(purpose="facts_read")
        assert (job.status, job.error_code) == (Status.COMPLETE, "")
        assert dump(job.user_id) == self._stored
        assert set(ids_of(models).values()) == {1}
        assert job.spent_microdollars == billed(models) == self.job.spent_microdollars
        assert job.model_calls == len(models.usages) == self.job.model_calls
        assert set(calls.values_list("outcome", flat=True)) == {"done"}
        assert not calls.exclude(parcel=None).exists()


@pytest.fixture(scope="module")
def known() -> list[Undisturbed]:
    """The quiet import, once somebody has made it: it is the same for all."""
    return []


@pytest.fixture
def undisturbed(
    tmp_path: Path, models: ModelServer, known: list[Undisturbed]
) -> Undisturbed:
    truth = write_export(tmp_path / "export.zip", seed=23, conversations=8, zipped=True)
    oracle = Oracle(truth=truth)
    # The order of equal facts depends on the person's id: the sections must not depend on it.
    models.answer = lambda body: (
        oracle(body) if is_about_facts(body) else example(body, seed="same")
    )
    if not known:
        known.append(Undisturbed((tmp_path / "export.zip").read_bytes()))
    models.received.clear()
    models.usages.clear()
    models.delay_seconds = 0.3
    return known[0]


def _recover(job: ImportJob) -> None:
    # So many deaths so soon would be poison, which is another story.
    ImportJob.objects.filter(id=job.id).update(crashes=0)
    come_back(job)
    job.reload()


@pytest.mark.parametrize("point", ["call.reserved", "call.answered", "call.settled"])
def test_an_import_whose_worker_is_killed_around_a_call_pays_for_nothing_twice(
    point: str, undisturbed: Undisturbed, models: ModelServer
) -> None:
    job = undisturbed.bring()

    in_quick_pass = die_at(f"{point}:1:kill", partial(work, job))
    _recover(job)
    in_facts = die_at(f"{point}:3:kill", partial(work, job))
    _recover(job)
    work_to_the_end(job)

    assert in_quick_pass
    assert in_facts
    undisturbed.confirm(job, models)


@pytest.mark.parametrize(
    ("seed", "with_group"),
    [
        (1, True),
        *(
            pytest.param(seed, seed % 2 == 0, marks=pytest.mark.chaos)
            for seed in range(2, 22)
        ),
    ],
)
def test_an_import_killed_at_any_moment_with_calls_in_flight_pays_for_nothing_twice(
    seed: int, with_group: bool, undisturbed: Undisturbed, models: ModelServer
) -> None:
    chance = random.Random(seed)
    job = undisturbed.bring()
    deaths = 0

    while job.is_active and deaths < 4:
        # Now and then from the start: a courier may be on its way up.
        is_early = chance.random() < 0.3
        is_time = _soon_after(
            lambda early=is_early: early or models.in_flight > 0,  # type: ignore[misc]
            seconds=chance.uniform(0, 2.0 if is_early else 0.7),
        )
        deaths += die_after(is_time, partial(work, job), with_group=with_group)
        _recover(job)
    work_to_the_end(job)

    assert deaths > 0
    undisturbed.confirm(job, models)


@pytest.mark.chaos
@pytest.mark.parametrize("seed", range(30, 34))
def test_an_import_by_bedrock_that_is_killed_pays_for_nothing_twice(
    seed: int,
    undisturbed: Undisturbed,
    models: ModelServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.LLM, settings.LLM_PRICES = "bedrock", f"{DEFAULT_MODELS['bedrock']}=1/5"
    monkeypatch.setenv("ANTHROPIC_BEDROCK_BASE_URL", models.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMADEUP")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    vars(wiring.ports()).pop("language_model", None)
    quiet = undisturbed.again()
    models.received.clear()
    models.usages.clear()
    job = quiet.bring()

    is_time = _soon_after(
        lambda: models.in_flight > 0, seconds=random.Random(seed).uniform(0, 1.5)
    )
    was_killed = die_after(is_time, partial(work, job), with_group=True)
    _recover(job)
    work_to_the_end(job)

    assert was_killed
    assert {each.path for each in models.received} == {
        f"/model/{DEFAULT_MODELS['bedrock']}/invoke"
    }
    quiet.confirm(job, models)


@pytest.mark.chaos
def test_an_import_that_was_given_up_as_poison_pays_for_nothing_twice_when_it_is_retried(
    undisturbed: Undisturbed, models: ModelServer
) -> None:
    job = undisturbed.bring()
    while job.is_active:
        die_at("call.answered:1:kill", partial(work, job))
        come_back(job)
        job.reload()
    assert (job.status, job.error_code) == (Status.FAILED, "poison")

    intake.retry(job.id, from_stage=None, actor="ada", reason="")
    dispatch()
    work_to_the_end(job)

    undisturbed.confirm(job, models)


def _soon_after(event: Callable[[], bool], *, seconds: float) -> Callable[[], bool]:
    began: list[float] = []

    def is_time() -> bool:
        if not began and event():
            began.append(time.monotonic())
        return bool(began) and time.monotonic() - began[0] > seconds

    return is_time


@pytest.mark.chaos
def test_two_imports_at_once_that_are_killed_pay_for_nothing_twice(
    undisturbed: Undisturbed, models: ModelServer
) -> None:
    jobs = [undisturbed.bring(), undisturbed.bring()]

    killed = [
        die_after(
            _soon_after(lambda: models.in_flight > 0, seconds=0.2),
            partial(work, job),
            with_group=True,
        )
        for job in jobs
    ]
    for job in jobs:
        _recover(job)
        work_to_the_end(job)

    assert killed == [True, True]
    # Two people who said the same: each pays for each answer, and for each only once.
    assert max(ids_of(models).values()) == 2
    assert len(models.usages) == 2 * undisturbed.job.model_calls
    spent = [job.spent_microdollars for job in jobs]
    assert spent == [undisturbed.job.spent_microdollars] * 2
    assert sum(spent) == billed(models)
