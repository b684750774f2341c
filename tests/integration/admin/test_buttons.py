"""The buttons on the page of an import: retry and cancel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from unfold.enums import ActionVariant

from imports.models import StageLog, StageName, Status
from tests.factories import make_job
from tests.integration.admin.addresses import LIST, SENT, button_of, page_of

pytestmark = pytest.mark.django_db


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
    shown = operator.get(page_of(make_job(status=status))).context["actions_detail"]

    assert [button["title"] for button in shown] == fitting


@pytest.mark.parametrize(
    ("status", "may_help", "variant"),
    [
        (Status.FAILED, True, ActionVariant.PRIMARY),
        (Status.FAILED, False, ActionVariant.DEFAULT),
        (Status.CANCELLED, False, ActionVariant.PRIMARY),
    ],
)
def test_retry_stands_out_only_where_it_may_help(
    status: Status, may_help: bool, variant: ActionVariant, operator: Client
) -> None:
    job = make_job(status=status, error_is_retryable=may_help)

    retry = operator.get(page_of(job)).context["actions_detail"][0]

    assert (retry["title"], retry["variant"]) == ("Retry", variant)


def test_an_import_that_stops_already_cannot_be_asked_to_stop(operator: Client) -> None:
    job = make_job(status=Status.RUNNING, cancel_requested_at=datetime.now(UTC))

    shown = operator.get(page_of(job)).context["actions_detail"]

    assert [button["title"] for button in shown] == ["Raise the budget"]


def test_a_viewer_sees_no_button_and_posting_by_hand_is_refused(viewer: Client) -> None:
    job = make_job(status=Status.FAILED)

    shown = viewer.get(page_of(job)).context["actions_detail"]
    answer = viewer.post(button_of(job, "retry"), SENT)

    job.reload()
    assert (shown, answer.status_code, job.status) == ([], 403, Status.FAILED)


@pytest.mark.parametrize(
    ("name", "status"), [("retry", Status.FAILED), ("cancel", Status.QUEUED)]
)
def test_a_link_changes_nothing(name: str, status: Status, operator: Client) -> None:
    job = make_job(status=status)

    operator.get(button_of(job, name), SENT)

    job.reload()
    assert job.status == status


def test_a_button_wants_a_csrf_token(operator: Client) -> None:
    job = make_job(status=Status.FAILED)
    operator.handler.enforce_csrf_checks = True

    assert operator.post(button_of(job, "retry"), SENT).status_code == 403


def test_a_retry_begins_with_the_chosen_stage_and_says_who_and_why(
    operator: Client,
) -> None:
    job = make_job(status=Status.FAILED, stage=StageName.EMBED, error_code="x")

    operator.post(button_of(job, "retry"), {**SENT, "from_stage": "ingest"})

    line = StageLog.objects.get(job=job, kind="action")
    job.reload()
    assert (job.status, job.stage, job.error_code) == (Status.QUEUED, StageName.INGEST, "")
    assert (line.action, line.actor, line.reason) == ("retried", "ada", "because")


def test_a_retry_offers_no_stage_that_was_never_reached(operator: Client) -> None:
    job = make_job(status=Status.FAILED, stage=StageName.INGEST)

    operator.post(button_of(job, "retry"), {**SENT, "from_stage": "facts"})

    job.reload()
    assert job.status == Status.FAILED


def test_a_button_without_a_reason_does_nothing(operator: Client) -> None:
    job = make_job(status=Status.QUEUED)

    operator.post(button_of(job, "cancel"), {**SENT, "reason": " "})

    job.reload()
    assert job.status == Status.QUEUED


def test_a_running_import_is_asked_to_stop(operator: Client) -> None:
    job = make_job(status=Status.RUNNING)

    page = operator.post(button_of(job, "cancel"), SENT, follow=True).content.decode()

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

    page = operator.post(button_of(job, name), SENT, follow=True).content.decode()

    assert answer in page


def test_a_dialog_is_told_where_to_go(operator: Client) -> None:
    job = make_job(status=Status.FAILED)

    answer = operator.post(button_of(job, "retry"), SENT, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == page_of(job)


def test_nothing_can_be_edited_added_or_deleted(chief: Client) -> None:
    job = make_job()

    answers = [
        chief.post(page_of(job), {"status": "COMPLETE"}).status_code,
        chief.get(f"{LIST}add/").status_code,
        chief.post(f"{LIST}{job.id}/delete/", {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403, 403]


@pytest.mark.parametrize("name", ["retry", "raise_budget", "cancel"])
@pytest.mark.parametrize("object_id", ["nonsense", "56e94732-b63b-4328-a704-264c691d1442"])
def test_what_was_erased_meanwhile_is_not_found(
    object_id: str, name: str, operator: Client
) -> None:
    answer = operator.post(f"{LIST}{object_id}/{name}/", SENT)

    assert answer.status_code == 404
