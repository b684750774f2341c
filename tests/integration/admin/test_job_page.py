"""The page of one import: what happened, and what to do."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.test import Client

from imports.admin.advice import advice_on
from imports.errors import Failure, StorageRefused
from imports.lifecycle.problems import problem_of
from imports.models import ImportJob, StageLog, StageName, Status
from tests.factories import make_job
from tests.integration.admin.addresses import LIST, page_of
from tests.scenery import furnish

pytestmark = pytest.mark.django_db


def test_the_page_of_a_failed_import_says_what_happened_and_what_to_do(
    chief: Client,
) -> None:
    job = furnish(user_id=uuid.uuid4())["failed"]

    page = chief.get(page_of(job)).content.decode()

    assert "The file breaks off in the middle of a conversation" in page
    assert "Ask for a new export" in page
    assert "looked like a hiccup of the disk" in page
    assert "TruncatedExport" in page


def test_staff_are_told_what_they_can_mend_and_what_the_person_reads(
    viewer: Client,
) -> None:
    problem = problem_of(StorageRefused())
    job = make_job(
        status=Status.FAILED, error_code=problem.code, error_title=problem.title,
        error_detail=problem.detail,
    )  # fmt: skip

    page = viewer.get(page_of(job)).content.decode()

    assert "Set a valid SUPABASE_SERVICE_KEY" in page
    assert "The person reads: “The fault is on our side" in page


def test_nobody_on_call_is_sent_to_support() -> None:
    for name in ("adapters.claude.failures", "adapters.titan", "pipeline.answers"):
        import_module(f"imports.{name}")
    walked = [Failure]
    for kind in walked:
        walked += kind.__subclasses__()
    to_support = {each.code for each in walked if "support" in each.advice.lower()}

    assert len(to_support) == 6
    assert [code for code in to_support if not advice_on(code)] == []


def test_what_the_site_announced_is_said_as_all_other_numbers(chief: Client) -> None:
    told = make_job(announced_conversations=3223, announced_messages=1)
    silent = make_job()

    pages = [chief.get(page_of(job)).context["page"] for job in (told, silent)]

    assert [page.receipt.announced for page in pages] == [
        "3,223 conversations, 1 message",
        "",
    ]


def test_the_page_shows_every_stage_with_its_time_count_and_receipt(chief: Client) -> None:
    job = furnish(user_id=uuid.uuid4())["complete"]

    shown = chief.get(page_of(job)).context["page"]

    assert [(row.label, row.ran, row.items) for row in shown.timeline.stages][:2] == [
        ("Downloading export", "14 s", "312\u00a0MB"),
        ("Parsing conversations", "41 s", "3,914 conversations"),
    ]
    assert [row.state for row in shown.timeline.stages] == ["done"] * 6
    assert shown.receipt.adds_up
    assert [(reason.words, reason.count) for reason in shown.receipt.reasons] == [
        ("no messages", 9),
        ("too large", 3),
    ]


@pytest.mark.parametrize(
    ("status", "ended", "words"),
    [
        (Status.QUEUED, None, "Waiting for "),
        (Status.CANCELLED, timedelta(minutes=3), "Never ran; waited 3 min."),
    ],
)
def test_what_never_ran_is_not_said_to_have_run(
    status: Status, ended: timedelta | None, words: str, viewer: Client
) -> None:
    job = make_job(status=status)
    ImportJob.objects.filter(id=job.id).update(
        finished_at=job.created_at + ended if ended else None
    )

    answer = viewer.get(page_of(job))

    assert answer.context["page"].timeline.waited.startswith(words)
    assert "one bar per run" not in answer.content.decode()
    assert {row.state for row in answer.context["page"].timeline.stages} == {"ahead"}


def test_an_attempt_is_never_drawn_over(viewer: Client) -> None:
    now = datetime.now(UTC)
    job = make_job(status=Status.RUNNING, stage=StageName.EMBED, attempt=2)
    for attempt, outcome in ((1, "crashed"), (2, "slice")):
        StageLog.objects.create(
            job=job,
            attempt=attempt,
            stage=StageName.EMBED,
            started_at=now,
            ended_at=now + timedelta(seconds=5),
            outcome=outcome,
        )

    shown = viewer.get(page_of(job)).context["page"].timeline

    embed = next(row for row in shown.stages if row.name == "embed")
    assert [bar.tone for bar in embed.bars] == ["danger", "ongoing"]
    assert [attempt.outcome for attempt in shown.attempts] == [
        "Time slice over, goes on",
        "Worker died",
    ]


@pytest.mark.parametrize("name", ["complete", "running", "waiting"])
def test_a_page_takes_few_questions(
    name: str, chief: Client, django_assert_max_num_queries: Any
) -> None:
    job = furnish(user_id=uuid.uuid4())[name]

    with django_assert_max_num_queries(15):
        chief.get(page_of(job))


def test_a_complete_import_says_what_it_left_unread(viewer: Client) -> None:
    job = make_job(status=Status.COMPLETE, oddities={"messages_unread": 1204})

    assert (
        "1,204 messages of this person were not read"
        in viewer.get(page_of(job)).content.decode()
    )


def test_text_from_outside_is_escaped(viewer: Client) -> None:
    job = make_job(storage_path="b/u/<script>alert(1)</script>")

    assert b"<script>alert" not in viewer.get(page_of(job)).content


def test_an_import_that_does_not_exist_leads_back(viewer: Client) -> None:
    assert viewer.get(f"{LIST}{uuid.uuid4()}/change/").status_code == 302
    assert viewer.get(f"{LIST}nonsense/change/").status_code == 302
