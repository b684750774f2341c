"""What is paused does not begin; what is let go on begins again by itself."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import pausing
from imports.dispatch import dispatch
from imports.models import ImportJob, Pause, StageName
from tests.factories import make_job

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def _pause(**scope: Any) -> Pause:
    scope = {"user_id": None, "stage": None, **scope}
    return pausing.pause(**scope, actor="ada", reason="the provider is down")


def _rung() -> set[uuid.UUID]:
    return set(ImportJob.objects.rung().values_list("id", flat=True))


def test_while_everything_is_paused_nothing_is_rung() -> None:
    make_job()
    _pause()

    assert dispatch() == 0


def test_the_pause_of_a_user_holds_only_theirs() -> None:
    held, free = make_job(), make_job()
    _pause(user_id=held.user_id)

    dispatch()

    assert _rung() == {free.id}


def test_the_pause_of_a_stage_holds_whoever_stands_before_it() -> None:
    make_job(stage=StageName.FACTS)
    free = make_job(stage=StageName.EMBED)
    _pause(stage=StageName.FACTS)

    dispatch()

    assert _rung() == {free.id}


def test_resuming_rings_what_was_held() -> None:
    job = make_job()
    held = _pause()
    dispatch()

    assert pausing.resume(held.id, actor="ada", reason="it is back")

    assert _rung() == {job.id}
    assert not pausing.resume(held.id, actor="ada", reason="again")


def test_pausing_twice_is_one_pause() -> None:
    assert _pause() == _pause()


def test_a_pause_is_for_a_user_or_for_a_stage() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(user_id=uuid.uuid4(), stage="facts", reason="x", paused_by="x")


def test_what_was_held_back_has_waited_for_nobody_meanwhile(settings: Settings) -> None:
    settings.WORKERS = 1
    long_ago = Now() - timedelta(hours=1)
    behind, first = make_job(queued_at=long_ago), make_job(queued_at=long_ago - SECOND)
    held = _pause()

    pausing.resume(held.id, actor="ada", reason="it is back")

    wait = ImportJob.objects.filter(id=behind.id).waiting().longest_wait()
    assert wait is not None
    assert wait < timedelta(minutes=1)
    assert _rung() == {first.id}
