"""The numbers for Prometheus."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from prometheus_client.parser import text_string_to_metric_families

from imports.models import (
    Erasure,
    MirrorState,
    ModelCall,
    StageLog,
    StageName,
    Status,
    Worker,
)
from tests.factories import make_job
from tests.integration.api import callers

pytestmark = pytest.mark.django_db


def _numbers() -> dict[tuple[str, tuple[str, ...]], float]:
    """Scrape, and give each sample by its name and the values of its labels, by label."""
    answer = callers.service().get("/metrics")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_an_empty_house_has_numbers_too() -> None:
    numbers = _numbers()

    assert numbers[("soulprint_imports", ("RUNNING",))] == 0
    assert numbers[("soulprint_oldest_wait_seconds", ())] == 0


def test_what_waits_runs_and_failed_is_counted() -> None:
    make_job(queued_at=Now() - timedelta(minutes=2))
    make_job(status=Status.RUNNING)
    make_job(status=Status.FAILED, error_code="zip_corrupt")
    Worker.objects.create(name="a:1", slots=3)

    numbers = _numbers()

    assert numbers[("soulprint_imports", ("QUEUED",))] == 1
    assert numbers[("soulprint_imports_due", ())] == 1
    assert 119 < numbers[("soulprint_oldest_wait_seconds", ())] < 130
    assert numbers[("soulprint_failed", ("zip_corrupt",))] == 1
    assert numbers[("soulprint_slots", ())] == 3


def test_what_was_done_and_spent_adds_up() -> None:
    jobs = [make_job(status=Status.COMPLETE, bytes_done=5, chunks=2) for _ in range(2)]
    ModelCall.objects.create(
        user_id=jobs[0].user_id,
        job=jobs[0],
        stage=StageName.FACTS,
        request_hash="h",
        model="haiku",
        outcome="done",
        input_tokens=70,
        output_tokens=7,
        microdollars=2_500,
    )

    numbers = _numbers()

    assert numbers[("soulprint_bytes_read", ())] == 10
    assert numbers[("soulprint_chunks", ())] == 4
    assert numbers[("soulprint_tokens", ("input", "haiku"))] == 70
    assert numbers[("soulprint_dollars", ("haiku",))] == 0.0025


def test_stages_tell_how_often_and_how_long() -> None:
    job = make_job(status=Status.COMPLETE)
    StageLog.objects.create(
        job=job,
        stage=StageName.INGEST,
        started_at=Now() - timedelta(seconds=30),
        ended_at=Now(),
        outcome="done",
    )

    numbers = _numbers()

    assert numbers[("soulprint_stage_runs", ("done", "ingest"))] == 1
    assert numbers[("soulprint_stage_seconds", ("ingest",))] == pytest.approx(30)


def test_what_is_owed_to_somebody_is_counted() -> None:
    MirrorState.objects.create(
        user_id=uuid.uuid4(), problem="profile_missing", problem_since=Now()
    )
    Erasure.objects.create(user_id=uuid.uuid4(), requested_by="ada")

    numbers = _numbers()

    assert numbers[("soulprint_mirrors_behind", ("profile_missing",))] == 1
    assert numbers[("soulprint_erasures", ())] == 1
