"""When an import should end, told from imports like it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from imports.admin import forecast, history
from imports.models import ImportJob, StageLog, StageName, Status
from tests.factories import make_job

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)


def _past(*seconds: float, size: int = 100_000_000, dollars: float = 0) -> None:
    """Leave complete imports behind: in each, facts took so long and memory ten seconds."""
    for took in seconds:
        job = make_job(status=Status.COMPLETE, bytes_total=size)
        for stage, length in ((StageName.FACTS, took), (StageName.MEMORY, 10.0)):
            StageLog.objects.create(
                job=job,
                stage=stage,
                started_at=NOW,
                ended_at=NOW + timedelta(seconds=length),
                outcome="done",
                spent_microdollars=round(dollars * 1_000_000),
            )


def _running(**fields: Any) -> ImportJob:
    fields = {"stage": StageName.FACTS, "bytes_total": 100_000_000, **fields}
    return make_job(status=Status.RUNNING, **fields)


def _line(done: int, total: int) -> StageLog:
    return StageLog(stage=StageName.FACTS, items_done=done, items_total=total)


def _seconds(end: forecast.End | None) -> tuple[int, int]:
    assert end is not None
    return (
        round((end.earliest - NOW).total_seconds()),
        round((end.latest - NOW).total_seconds()),
    )


def test_the_range_comes_from_what_imports_like_it_took() -> None:
    _past(100, 110, 120, 130, 200)

    end = forecast.expected_end(_running(), None, now=NOW)

    assert _seconds(end) == (120, 210)
    assert end is not None
    assert end.imports == 5


def test_what_is_done_of_the_present_stage_counts_no_more() -> None:
    _past(100, 100, 100, 100, 100)

    end = forecast.expected_end(_running(), _line(3, 4), now=NOW)

    assert _seconds(end) == (35, 35)


def test_time_grows_with_the_size() -> None:
    _past(100, 100, 100, 100, 100, size=50_000_000)

    end = forecast.expected_end(_running(), None, now=NOW)

    assert _seconds(end) == (220, 220)


def test_of_many_imports_those_of_a_like_size_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "NEAREST", 5)
    _past(100, 100, 100, 100, 100)
    _past(9, 9, 9, 9, 9, 9, size=1_000_000)

    end = forecast.expected_end(_running(), None, now=NOW)

    assert _seconds(end) == (110, 110)


def test_with_little_history_nothing_is_promised() -> None:
    _past(100, 100, 100, 100)

    assert forecast.expected_end(_running(), None, now=NOW) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.FAILED},
        {"status": Status.RUNNING, "cancel_requested_at": NOW},
        {"status": Status.RUNNING, "lease_expires_at": NOW - timedelta(seconds=1)},
    ],
    ids=["failed", "being cancelled", "stalled"],
)
def test_no_end_is_promised_to_what_does_not_go_on(fields: dict[str, Any]) -> None:
    _past(100, 100, 100, 100, 100)
    job = make_job(stage=StageName.FACTS, bytes_total=100_000_000, **fields)

    assert forecast.expected_end(job, None, now=NOW) is None


def test_a_retry_from_an_earlier_stage_keeps_less_and_costs_more() -> None:
    _past(100, 100, 100, 100, 100, dollars=0.5)
    job = make_job(
        user_id=uuid.uuid4(),
        status=Status.FAILED,
        stage=StageName.MEMORY,
        bytes_total=100_000_000,
        budget_microdollars=800_000,
        conversations_found=7,
        conversations_stored=7,
        facts=3,
    )

    choices = {
        choice.value: choice for choice in forecast.retry_choices(job, where_it_stopped="")
    }

    assert (choices[""].takes, choices[""].costs) == ("10 s", "$0.5000")
    # Both stages cost half a dollar; it may not spend more than its budget.
    assert (choices["facts"].takes, choices["facts"].costs) == ("1 min 50 s", "$0.8000")
    assert "3 facts" in choices[""].kept
    assert "3 facts" not in choices["facts"].kept
    assert "7 conversations" in choices["facts"].kept
    assert list(choices) == [
        "",
        "facts",
        "embed",
        "quick_pass",
        "ingest",
        "download",
    ]


@pytest.mark.parametrize(
    ("stage", "etag", "choices"),
    [
        (StageName.INGEST, "x", ["", "download", "ingest"]),
        (StageName.DOWNLOAD, "x", ["", "download"]),
        (StageName.DOWNLOAD, "", [""]),
    ],
)
def test_a_beginning_is_offered_only_where_it_differs_from_going_on(
    stage: StageName, etag: str, choices: list[str]
) -> None:
    job = make_job(status=Status.FAILED, stage=stage, source_etag=etag)

    offered = forecast.retry_choices(job, where_it_stopped="")

    assert [choice.value for choice in offered] == choices
