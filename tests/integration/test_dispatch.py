"""Who runs next."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import enqueue
from imports.dispatch import dispatch, slots
from imports.models import ImportJob, Status, Worker
from tests.factories import make_job

pytestmark = pytest.mark.django_db


def _rung() -> set[uuid.UUID]:
    return set(ImportJob.objects.rung().values_list("id", flat=True))


def test_never_more_are_rung_than_slots_are_free(settings: Settings) -> None:
    settings.WORKERS = 2
    make_job(status=Status.RUNNING)
    first, *_ = [make_job(queued_at=Now() - timedelta(minutes=m)) for m in (3, 2, 1)]

    dispatch()
    dispatch()

    assert _rung() == {first.id}
    assert enqueue.undelivered() == 1


def test_priority_comes_before_age(settings: Settings) -> None:
    settings.WORKERS = 1
    make_job(queued_at=Now() - timedelta(hours=1))
    urgent = make_job(priority=5)

    dispatch()

    assert _rung() == {urgent.id}


def test_who_just_had_a_slice_goes_to_the_end_of_the_line(
    settings: Settings,
) -> None:
    settings.WORKERS = 1
    make_job(created_at=Now() - timedelta(hours=1), queued_at=Now())
    small = make_job(queued_at=Now() - timedelta(seconds=5))

    dispatch()

    assert _rung() == {small.id}


def test_who_waits_for_a_later_try_is_not_rung() -> None:
    make_job(next_attempt_at=Now() + timedelta(minutes=1))
    due = make_job(next_attempt_at=Now() - timedelta(seconds=1))

    dispatch()

    assert _rung() == {due.id}


def test_slots_are_those_of_all_workers_that_are_alive_and_not_draining() -> None:
    Worker.objects.create(name="a:1", slots=2)
    Worker.objects.create(name="b:1", slots=3)
    Worker.objects.create(name="c:1", slots=8, draining_at=Now())
    Worker.objects.create(name="d:1", slots=8, beat_at=Now() - timedelta(minutes=2))

    assert slots() == 5


def test_with_no_worker_alive_a_trigger_still_rings(settings: Settings) -> None:
    settings.WORKERS = 1
    waiting = make_job()

    dispatch()

    assert _rung() == {waiting.id}


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_somebody_who_is_about_to_dispatch() -> None:
    """A person raises the budget of a job that waits: first its row, then the next in line."""
    held, free = make_job(), make_job()
    parameters = connection.get_connection_params()
    where = {
        name: parameters[name]
        for name in ("dbname", "user", "host", "port")
        if name in parameters
    }
    with psycopg.connect(**where, password=parameters.get("password")) as other:
        other.execute("SELECT 1 FROM imports_importjob WHERE id = %s FOR UPDATE", [held.id])

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            dispatch()

    assert _rung() == {free.id}


@pytest.mark.django_db(transaction=True)
def test_who_falls_asleep_while_dispatching_keeps_the_others_for_no_longer_than_a_lease(
    settings: Settings,
) -> None:
    settings.LEASE_SECONDS = 1

    with pytest.raises(DatabaseError), transaction.atomic():  # noqa: PT012 - in this order
        dispatch()
        time.sleep(1.5)
        dispatch()

    connection.close()
