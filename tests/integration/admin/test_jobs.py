"""The list of imports, the page of one, and what its buttons do."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imports.models import ImportJob, StageLog, StageName, Status
from tests.factories import make_job
from tests.scenery import furnish

pytestmark = pytest.mark.django_db

LIST = "/admin/imports/importjob/"
SENT = {"_form_submitted": "True", "reason": "because"}


def _page(job: ImportJob) -> str:
    return reverse("admin:imports_importjob_change", args=[job.id])


def _button(job: ImportJob, name: str) -> str:
    return f"{LIST}{job.id}/{name}/"


def _rows(client: Client, query: str) -> set[uuid.UUID]:
    return {job.id for job in client.get(f"{LIST}?{query}").context["cl"].result_list}


# --- the list --------------------------------------------------------------------------------


def test_a_row_says_how_far_it_is_and_why_it_waits(viewer: Client) -> None:
    make_job(stage=StageName.EMBED, progress_percent=47)

    page = viewer.get(LIST).content.decode()

    assert "Creating memory chunks" in page
    assert 'value="47"' in page
    assert "No worker is running." in page


@pytest.mark.parametrize(
    "what",
    ["whole id", "first block of the id", "user", "piece of the path"],
)
def test_the_search_finds_an_import_by(what: str, viewer: Client) -> None:
    job = make_job(storage_path="imports/u/marta-export.zip")
    make_job()
    terms = {
        "whole id": job.id,
        "first block of the id": str(job.id)[:8],
        "user": job.user_id,
        "piece of the path": "marta",
    }

    assert _rows(viewer, f"q={terms[what]}") == {job.id}


def test_a_failure_that_was_followed_by_another_import_needs_nobody(viewer: Client) -> None:
    old = make_job(status=Status.FAILED, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    make_job(status=Status.COMPLETE, user_id=old.user_id)
    alone = make_job(status=Status.FAILED)

    assert _rows(viewer, "tab=attention") == {alone.id}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.RUNNING, "lease_expires_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"status": Status.RUNNING, "progressed_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"failures": 2, "next_attempt_at": datetime(2099, 1, 1, tzinfo=UTC)},
        {"queued_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
    ids=["stalled", "alive without progress", "fails again and again", "due for long"],
)
def test_an_active_import_needs_attention_when_it_is(
    fields: dict[str, Any], viewer: Client
) -> None:
    job = make_job(**fields)
    make_job()

    assert _rows(viewer, "tab=attention") == {job.id}


def test_the_error_groups_of_the_first_page_are_filters_of_the_list(viewer: Client) -> None:
    job = make_job(
        status=Status.FAILED, error_code="truncated", error_title="It breaks off"
    )
    make_job(status=Status.FAILED, error_code="other", error_title="Other")

    assert _rows(viewer, "error=truncated") == {job.id}


def test_news_of_the_list_are_not_sent_twice(viewer: Client) -> None:
    job = make_job(status=Status.RUNNING, progress_percent=12)
    address = f"{LIST}news/?ids={job.id}"
    first = viewer.get(address)

    again = viewer.get(address, headers={"If-None-Match": first["ETag"]})
    ImportJob.objects.filter(id=job.id).update(progress_percent=13)
    moved = viewer.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert 'value="13"' in moved.json()["cells"][str(job.id)]["progress"]


def test_news_of_nonsense_are_not_found(viewer: Client) -> None:
    assert viewer.get(f"{LIST}news/?ids=x").status_code == 404


@pytest.mark.parametrize("query", ["", "tab=attention", "q=export"])
def test_a_long_list_asks_as_few_questions_as_a_short_one(
    query: str, chief: Client, django_assert_max_num_queries: Any
) -> None:
    furnish(user_id=uuid.uuid4())

    with django_assert_max_num_queries(15):
        chief.get(f"{LIST}?{query}")


# --- the page --------------------------------------------------------------------------------


def test_the_page_of_a_failed_import_says_what_happened_and_what_to_do(
    chief: Client,
) -> None:
    job = furnish(user_id=uuid.uuid4())["failed"]

    page = chief.get(_page(job)).content.decode()

    assert "The file breaks off in the middle of a conversation" in page
    assert "Ask for a new export" in page
    assert "looked like a hiccup of the disk" in page
    assert "TruncatedExport" in page


def test_the_page_shows_every_stage_with_its_time_count_and_receipt(chief: Client) -> None:
    job = furnish(user_id=uuid.uuid4())["complete"]

    shown = chief.get(_page(job)).context["page"]

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

    shown = viewer.get(_page(job)).context["page"].timeline

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
        chief.get(_page(job))


def test_a_complete_import_says_what_it_left_unread(viewer: Client) -> None:
    job = make_job(status=Status.COMPLETE, oddities={"messages_unread": 1204})

    assert (
        "1,204 messages of this person were not read"
        in viewer.get(_page(job)).content.decode()
    )


def test_text_from_outside_is_escaped(viewer: Client) -> None:
    job = make_job(storage_path="b/u/<script>alert(1)</script>")

    assert b"<script>alert" not in viewer.get(_page(job)).content


def test_an_import_that_does_not_exist_leads_back(viewer: Client) -> None:
    assert viewer.get(f"{LIST}{uuid.uuid4()}/change/").status_code == 302
    assert viewer.get(f"{LIST}nonsense/change/").status_code == 302


# --- the buttons -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fitting"),
    [
        (Status.QUEUED, ["Raise the budget", "Cancel"]),
        (Status.RUNNING, ["Raise the budget", "Cancel"]),
        (Status.FAILED, ["Retry", "Raise the budget"]),
        (Status.CANCELLED, ["Retry", "Raise the budget"]),
        (Status.COMPLETE, []),
    ],
)
def test_only_fitting_buttons_are_shown(
    status: Status, fitting: list[str], operator: Client
) -> None:
    shown = operator.get(_page(make_job(status=status))).context["actions_detail"]

    assert [button["title"] for button in shown] == fitting


def test_a_viewer_sees_no_button_and_posting_by_hand_is_refused(viewer: Client) -> None:
    job = make_job(status=Status.FAILED)

    shown = viewer.get(_page(job)).context["actions_detail"]
    answer = viewer.post(_button(job, "retry"), SENT)

    job.reload()
    assert (shown, answer.status_code, job.status) == ([], 403, Status.FAILED)


@pytest.mark.parametrize(
    ("name", "status"), [("retry", Status.FAILED), ("cancel", Status.QUEUED)]
)
def test_a_link_changes_nothing(name: str, status: Status, operator: Client) -> None:
    job = make_job(status=status)

    operator.get(_button(job, name), SENT)

    job.reload()
    assert job.status == status


def test_a_button_wants_a_csrf_token(operator: Client) -> None:
    job = make_job(status=Status.FAILED)
    operator.handler.enforce_csrf_checks = True

    assert operator.post(_button(job, "retry"), SENT).status_code == 403


def test_a_retry_begins_with_the_chosen_stage_and_says_who_and_why(
    operator: Client,
) -> None:
    job = make_job(status=Status.FAILED, stage=StageName.EMBED, error_code="x")

    operator.post(_button(job, "retry"), {**SENT, "from_stage": "ingest"})

    line = StageLog.objects.get(job=job, kind="action")
    job.reload()
    assert (job.status, job.stage, job.error_code) == (Status.QUEUED, StageName.INGEST, "")
    assert (line.action, line.actor, line.reason) == ("retried", "ada", "because")


def test_a_retry_offers_no_stage_that_was_never_reached(operator: Client) -> None:
    job = make_job(status=Status.FAILED, stage=StageName.INGEST)

    operator.post(_button(job, "retry"), {**SENT, "from_stage": "facts"})

    job.reload()
    assert job.status == Status.FAILED


def test_a_button_without_a_reason_does_nothing(operator: Client) -> None:
    job = make_job(status=Status.QUEUED)

    operator.post(_button(job, "cancel"), {**SENT, "reason": " "})

    job.reload()
    assert job.status == Status.QUEUED


def test_a_running_import_is_asked_to_stop(operator: Client) -> None:
    job = make_job(status=Status.RUNNING)

    page = operator.post(_button(job, "cancel"), SENT, follow=True).content.decode()

    job.reload()
    assert (job.status, job.cancel_requested_by) == (Status.RUNNING, "ada")
    assert "<b>Requested</b> by ada" in page
    assert "by its worker within seconds" in page


@pytest.mark.parametrize(
    ("name", "status", "answer"),
    [
        ("retry", Status.RUNNING, "no longer failed or cancelled"),
        ("cancel", Status.COMPLETE, "it has ended"),
    ],
)
def test_a_button_that_came_too_late_says_so(
    name: str, status: Status, answer: str, operator: Client
) -> None:
    job = make_job(status=status)

    page = operator.post(_button(job, name), SENT, follow=True).content.decode()

    assert answer in page


def test_a_dialog_is_told_where_to_go(operator: Client) -> None:
    job = make_job(status=Status.FAILED)

    answer = operator.post(_button(job, "retry"), SENT, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == _page(job)


def test_nothing_can_be_edited_added_or_deleted(chief: Client) -> None:
    job = make_job()

    answers = [
        chief.post(_page(job), {"status": "COMPLETE"}).status_code,
        chief.get(f"{LIST}add/").status_code,
        chief.post(f"{LIST}{job.id}/delete/", {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403, 403]


# --- many at once ----------------------------------------------------------------------------


def _choose(jobs: list[ImportJob], action: str, **more: str) -> dict[str, Any]:
    ids = [str(job.id) for job in jobs]
    return {"action": action, "index": "0", "_selected_action": ids, **more}


def test_before_many_are_retried_it_is_said_what_would_happen(operator: Client) -> None:
    jobs = [
        make_job(status=status)
        for status in (Status.FAILED, Status.CANCELLED, Status.RUNNING)
    ]

    page = operator.post(LIST, _choose(jobs, "retry_selected")).content.decode()

    assert "2 of 3 chosen imports go back into the line" in page
    assert "1 running" in page
    assert not ImportJob.objects.filter(status=Status.QUEUED).exists()


def test_many_are_retried_and_what_changed_meanwhile_is_counted(operator: Client) -> None:
    failed, running = make_job(status=Status.FAILED), make_job(status=Status.RUNNING)
    other = make_job(status=Status.FAILED)
    make_job(user_id=other.user_id)
    sent = _choose(
        [failed, running, other], "retry_selected", apply="yes", reason="deploy 7"
    )

    page = operator.post(LIST, sent, follow=True).content.decode()

    failed.reload()
    assert "1 queued again, 2 skipped: " in page
    assert "1 running" in page
    assert "1 with another import of the person active" in page
    assert failed.status == Status.QUEUED
    assert StageLog.objects.get(job=failed).reason == "deploy 7"


def test_many_are_not_retried_without_a_reason(operator: Client) -> None:
    job = make_job(status=Status.FAILED)

    sent = _choose([job], "retry_selected", apply="yes", reason=" ")
    page = operator.post(LIST, sent).content.decode()

    job.reload()
    assert "Say why" in page
    assert job.status == Status.FAILED


def test_many_are_cancelled_and_an_ended_one_is_counted(operator: Client) -> None:
    waiting, cancelled = make_job(), make_job(status=Status.CANCELLED)
    sent = _choose(
        [waiting, cancelled], "cancel_selected", apply="yes", reason="wrong file"
    )

    page = operator.post(LIST, sent, follow=True).content.decode()

    waiting.reload()
    assert "1 asked to stop, 1 skipped: 1 cancelled." in page
    assert waiting.status == Status.CANCELLED


@pytest.mark.parametrize("action", ["retry_selected", "cancel_selected"])
def test_a_viewer_can_press_nothing_for_many(action: str, viewer: Client) -> None:
    job = make_job(status=Status.FAILED)
    active = make_job()

    viewer.post(LIST, _choose([job, active], action, apply="yes", reason="x"))

    job.reload()
    active.reload()
    assert (job.status, active.status) == (Status.FAILED, Status.QUEUED)


def test_there_is_no_way_to_delete_many(chief: Client) -> None:
    job = make_job()

    chief.post(LIST, _choose([job], "delete_selected", post="yes"))

    assert ImportJob.objects.filter(id=job.id).exists()
