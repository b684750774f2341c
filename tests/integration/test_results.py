"""Which facts of a person hold."""

from __future__ import annotations

import uuid

import pytest

from imports.models import Fact, ImportJob, Status
from tests.factories import make_job

pytestmark = pytest.mark.django_db


def _fact(job: ImportJob, statement: str, *, reason: str = "") -> Fact:
    return Fact.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        category="work",
        statement=statement,
        kind="durable",
        basis="stated",
        confidence=0.7,
        evidence=[{"quote": statement}],
        engine="local",
        superseded_reason=reason,
    )


@pytest.mark.parametrize("reason", ["user", "rejected"])
def test_a_fact_that_the_person_rejected_does_not_hold(reason: str) -> None:
    job = make_job(status=Status.COMPLETE)
    _fact(job, "Is a pilot", reason=reason)
    nurse = _fact(job, "Is a nurse")

    current = Fact.objects.current(job.user_id)

    assert list(current) == [nurse]
