"""A host takes a ring only while it has a slot for it."""

from __future__ import annotations

import socket
import time
import uuid

import pytest
from django.db import OperationalError, connection
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from imports import doorbell, enqueue, intake, sweep, worker_names
from imports.models import Status
from tests.factories import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rung() -> None:
    _ring()


def _ring() -> None:
    intake.start(user_id=uuid.uuid4(), storage_path="imports/u/x.zip", requested_by="test")


def _is_taken() -> bool:
    return bool(get_broker().dequeue())


def test_a_ring_is_taken_once_by_a_host_with_a_free_slot(settings: Settings) -> None:
    settings.WORKERS = 2
    make_job(status=Status.RUNNING, worker=worker_names.own())

    taken = [_is_taken(), _is_taken()]

    assert taken == [True, False]


def test_a_ring_of_somebody_else_is_taken_and_takes_no_slot(settings: Settings) -> None:
    OrmQ.objects.update(payload="forged")
    settings.WORKERS = 1
    bell = get_broker()
    assert bell.dequeue()
    sweep.forget_rings()
    _ring()

    assert bell.dequeue()


def test_a_full_host_leaves_a_ring_to_others(settings: Settings) -> None:
    settings.WORKERS = 1
    make_job(status=Status.RUNNING, worker=worker_names.own())

    taken = _is_taken()

    assert not taken
    assert enqueue.undelivered() == 1


def test_a_ring_that_was_taken_has_its_slot_before_it_is_answered(
    settings: Settings,
) -> None:
    _ring()
    settings.WORKERS = 1
    bell = get_broker()

    taken = [bool(bell.dequeue()), bool(bell.dequeue())]

    assert taken == [True, False]
    assert enqueue.undelivered() == 1


def test_a_ring_that_was_taken_and_is_not_answered_gives_its_slot_back(
    settings: Settings,
) -> None:
    _ring()
    settings.WORKERS = 1
    bell = get_broker()
    bell.dequeue()
    sweep.forget_rings()

    assert bell.dequeue()


@pytest.mark.parametrize("worker", ["elsewhere:1", f"{socket.gethostname()}:999999999"])
def test_what_runs_elsewhere_or_is_dead_takes_no_slot(
    worker: str, settings: Settings
) -> None:
    settings.WORKERS = 1
    make_job(status=Status.RUNNING, worker=worker)

    taken = _is_taken()

    assert taken


@pytest.mark.django_db(transaction=True)
def test_a_ring_ends_the_waiting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WORKERS = 2
    bell = get_broker()
    assert bell.dequeue()
    monkeypatch.setattr(Conf, "POLL", 60)
    began = time.monotonic()
    _ring()
    settings.WORKERS = 0  # so that it does not take what it hears

    bell.dequeue()

    assert time.monotonic() - began < 30


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_while_waiting_is_opened_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WORKERS = 2
    bell = get_broker()
    assert bell.dequeue()
    _ring()
    waiting = connection.connection
    monkeypatch.setattr(bell, "queue_size", lambda: waiting.close() or 0)
    bell.dequeue()
    monkeypatch.undo()

    taken = bell.dequeue()

    assert taken
    assert connection.connection is not waiting


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    bell = get_broker()
    with monkeypatch.context() as outage:
        outage.setattr(doorbell, "AWAY_SECONDS", 0)
        outage.setattr(bell, "queue_size", _refuse)
        outage.setattr(bell, "delete", _refuse)
        assert bell.dequeue() is None
        bell.acknowledge(1)

    assert bell.dequeue()


def _refuse(*_: object) -> None:
    raise OperationalError("connection refused")
