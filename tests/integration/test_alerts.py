"""A person is called when the house needs one: once, in one message, and without anybody's words."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from imports import alerts, pausing, wiring
from imports.models import (
    Alert,
    Erasure,
    ImportJob,
    MirrorState,
    ModelCall,
    StageName,
    Status,
    Worker,
)
from tests.factories import make_job
from tests.fakes.webhook import FakeWebhook

pytestmark = pytest.mark.django_db
CANARY = "the canary sings at dawn"


@pytest.fixture
def webhook(settings: Settings) -> Iterator[FakeWebhook]:
    with FakeWebhook() as webhook:
        settings.ALERT_WEBHOOK = webhook.url
        vars(wiring.ports()).pop("alerts", None)
        yield webhook
        vars(wiring.ports()).pop("alerts", None)


def _failed(code: str, *, minutes_ago: float = 1, **fields: Any) -> ImportJob:
    return make_job(
        status=Status.FAILED,
        stage=StageName.INGEST,
        error_code=code,
        finished_at=datetime.now(UTC) - timedelta(minutes=minutes_ago),
        **fields,
    )


def _let_time_pass() -> None:
    Alert.objects.update(due_at=Now())


def test_failures_of_one_kind_are_one_line_and_all_lines_one_message(
    webhook: FakeWebhook,
) -> None:
    _failed("zip_corrupt", minutes_ago=9)
    newest = _failed("zip_corrupt")
    _failed("poison")

    told = alerts.send_due()

    assert told == 2
    (text,) = webhook.texts
    assert f"2 imports have failed: zip_corrupt. The newest is {newest.id}" in text
    assert "[urgent] An import has failed: poison" in text


def test_the_same_thing_is_not_told_twice(webhook: FakeWebhook) -> None:
    _failed("zip_corrupt")
    alerts.send_due()
    _let_time_pass()

    told = alerts.send_due()

    assert (told, len(webhook.texts)) == (0, 1)


def test_more_of_the_same_waits_for_a_while_and_is_counted_then(
    webhook: FakeWebhook,
) -> None:
    _failed("zip_corrupt", minutes_ago=5)
    alerts.send_due()
    Alert.objects.update(told_until=datetime.now(UTC) - timedelta(minutes=3))
    for _ in range(3):
        _failed("zip_corrupt")

    at_once = alerts.send_due()
    _let_time_pass()
    later = alerts.send_due()

    assert (at_once, later) == (0, 1)
    assert "3 imports have failed: zip_corrupt" in webhook.texts[1]


def test_something_else_waits_a_minute_for_its_message(webhook: FakeWebhook) -> None:
    _failed("zip_corrupt")
    alerts.send_due()
    _failed("disk_full")

    at_once = alerts.send_due()
    _let_time_pass()
    later = alerts.send_due()

    assert (at_once, later, len(webhook.texts)) == (0, 1, 2)


def test_what_could_not_be_delivered_is_delivered_later(webhook: FakeWebhook) -> None:
    _failed("zip_corrupt")
    webhook.answers = [503]

    during = alerts.send_due()
    _let_time_pass()
    afterwards = alerts.send_due()

    assert (during, afterwards, len(webhook.texts)) == (0, 1, 1)


def test_a_message_says_nothing_of_anybody(webhook: FakeWebhook) -> None:
    job = _failed(
        "zip_corrupt",
        storage_path=f"imports/{uuid.uuid4()}/{CANARY}.zip",
        error_title=CANARY,
        error_detail=CANARY,
        requested_by=CANARY,
    )

    alerts.send_due()

    (text,) = webhook.texts
    assert CANARY not in text
    assert str(job.user_id) not in text


def test_a_queue_that_stands_still_is_urgent(webhook: FakeWebhook) -> None:
    make_job(queued_at=Now() - timedelta(minutes=6))
    Worker.objects.create(name="a:1", slots=2)

    alerts.send_due()

    (text,) = webhook.texts
    assert text.startswith("[urgent] Imports do not move: 1 wait, the longest for 6 min")
    assert "workers alive: 1, slots: 2" in text


def test_what_is_paused_or_waits_for_its_next_try_is_no_alarm(webhook: FakeWebhook) -> None:
    held = make_job(queued_at=Now() - timedelta(hours=1))
    pausing.pause(user_id=held.user_id, stage=None, actor="ada", reason="holiday")
    make_job(
        queued_at=Now() - timedelta(hours=1), next_attempt_at=Now() + timedelta(minutes=1)
    )

    assert alerts.send_due() == 0


def test_who_was_to_be_tried_later_waits_only_since_then(webhook: FakeWebhook) -> None:
    make_job(
        queued_at=Now() - timedelta(minutes=10),
        next_attempt_at=Now() - timedelta(seconds=2),
    )

    assert alerts.send_due() == 0


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_host_whose_clock_is_wrong_raises_no_alarm_and_misses_none(
    hours: int, webhook: FakeWebhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = datetime.now(UTC) + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: there)
    make_job()
    _failed("zip_corrupt", minutes_ago=5)
    at_once = alerts.send_due()
    _failed("zip_corrupt")
    _let_time_pass()

    later = alerts.send_due()

    assert (at_once, later) == (1, 1)
    assert "An import has failed: zip_corrupt" in webhook.texts[1]


@pytest.mark.parametrize(("dollars", "told"), [(49.9, 0), (50.1, 1)])
def test_a_day_that_costs_too_much_is_told_of(
    dollars: float, told: int, webhook: FakeWebhook
) -> None:
    job = make_job(status=Status.RUNNING)
    ModelCall.objects.create(
        user_id=job.user_id,
        job=job,
        stage=StageName.FACTS,
        request_hash="h",
        microdollars=int(dollars * 1_000_000),
    )

    assert alerts.send_due() == told


def test_a_site_that_does_not_see_its_users_is_told_of(webhook: FakeWebhook) -> None:
    for _ in range(2):
        MirrorState.objects.create(
            user_id=uuid.uuid4(),
            problem="mirror_unavailable",
            problem_since=Now() - timedelta(minutes=20),
        )

    alerts.send_due()

    assert "the state of 2 users: mirror_unavailable" in webhook.texts[0]


def test_a_wish_to_erase_that_cannot_be_met_is_told_of(webhook: FakeWebhook) -> None:
    user = uuid.uuid4()
    Erasure.objects.create(
        user_id=user,
        requested_by="ada",
        requested_at=Now() - timedelta(hours=2),
        problem="storage_auth",
    )

    alerts.send_due()

    assert webhook.texts == ["[notice] 1 user waits to be erased: storage_auth."]


def test_without_a_webhook_nobody_is_told_and_nothing_is_noted(settings: Settings) -> None:
    settings.ALERT_WEBHOOK = ""
    vars(wiring.ports()).pop("alerts", None)
    _failed("zip_corrupt")

    assert alerts.send_due() == 0
    assert not Alert.objects.exists()
