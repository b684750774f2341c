"""What staff can do in the console beside retrying and cancelling."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from imports import wiring
from imports.models import (
    Erasure,
    ImportJob,
    ModelCall,
    Pause,
    StaffAction,
    StageName,
    Status,
)
from tests.factories import make_job
from tests.scenery import furnish

pytestmark = pytest.mark.django_db

LIST = "/admin/imports/importjob/"
START = f"{LIST}start/"
PAUSES = "/admin/imports/pause/"
SENT = {"_form_submitted": "True", "reason": "because"}


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.OBJECTS_DIR = tmp_path
    wiring.ports.cache_clear()
    yield tmp_path
    wiring.ports.cache_clear()


# --- retry, with a preview -------------------------------------------------------------------


def test_the_dialog_of_a_retry_says_what_is_kept_and_what_it_costs(
    operator: Client,
) -> None:
    job = furnish(user_id=uuid.uuid4())["failed"]
    ModelCall.objects.create(
        user_id=job.user_id, job=job, stage="quick_pass", purpose="sections",
        engine="anthropic", model="m", prompt_version="1", request_hash="a",
        outcome="done", microdollars=120_000,
    )  # fmt: skip

    page = operator.get(f"{LIST}{job.id}/retry/").content.decode()

    assert "Parsing conversations, where it stopped" in page
    assert "the downloaded parts, where they still lie" in page
    assert "1 answer of the model ($0.1200) is stored and never paid for again" in page
    assert "nothing is left: raise the budget" in page


def test_a_preview_is_told_from_imports_of_a_like_size(operator: Client) -> None:
    furnish(user_id=uuid.uuid4())
    job = make_job(status=Status.FAILED, stage=StageName.MEMORY, bytes_total=312_400_000)

    choices = operator.get(f"{LIST}{job.id}/retry/").context["choices"]

    memory = choices[0]
    # The median import of the scenery takes 31 s in its last stage.
    assert memory.takes.endswith("s")
    assert 20 < float(memory.takes.removesuffix(" s")) < 50


# --- budgets and erasure ---------------------------------------------------------------------


def test_a_raised_budget_sends_a_failed_import_on(operator: Client) -> None:
    job = make_job(status=Status.FAILED, budget_microdollars=5_000_000)

    operator.post(f"{LIST}{job.id}/raise_budget/", {**SENT, "dollars": "7.50"})

    job.reload()
    assert (job.status, job.budget_microdollars) == (Status.QUEUED, 7_500_000)


def test_a_budget_that_is_no_larger_is_refused_in_the_dialog(operator: Client) -> None:
    job = make_job(status=Status.FAILED, budget_microdollars=5_000_000)

    page = operator.post(f"{LIST}{job.id}/raise_budget/", {**SENT, "dollars": "5"})

    job.reload()
    assert "Name more than it may spend already." in page.content.decode()
    assert job.status == Status.FAILED


def test_a_user_is_erased_once_the_id_was_typed(admin: Client) -> None:
    job = make_job()
    address = f"{LIST}{job.id}/erase_user/"

    assert b"bg-red-600" in admin.get(address).content
    admin.post(address, {**SENT, "user": "12345678"})
    assert not Erasure.objects.exists()
    admin.post(address, {**SENT, "user": str(job.user_id)[:8]})

    job.reload()
    assert Erasure.objects.get().user_id == job.user_id
    assert job.status == Status.CANCELLED
    assert StaffAction.objects.get(action="asked to erase").reason == "because"


# --- pauses ----------------------------------------------------------------------------------


def test_what_is_paused_says_so_everywhere_until_it_is_resumed(operator: Client) -> None:
    job = make_job(stage=StageName.FACTS)

    operator.post(f"{PAUSES}pause/", {**SENT, "scope": "facts"})
    held = Pause.objects.get()
    shown = [
        operator.get(address).content.decode()
        for address in (f"{LIST}{job.id}/change/", LIST, "/admin/")
    ]
    operator.post(f"{PAUSES}{held.id}/resume/", SENT)

    assert "This stage is paused by ada: because" in shown[0]
    assert "This stage is paused by ada: because" in shown[1]
    assert "Paused. Stage: Learning facts" in shown[2]
    assert not Pause.objects.exists()
    assert list(StaffAction.objects.order_by("id").values_list("action", flat=True)) == [
        "paused",
        "resumed",
    ]


def test_the_pause_of_one_user_names_the_user(operator: Client) -> None:
    operator.post(f"{PAUSES}pause/", {**SENT, "scope": "user"})
    assert not Pause.objects.exists()
    user_id = uuid.uuid4()

    operator.post(f"{PAUSES}pause/", {**SENT, "scope": "user", "user_id": str(user_id)})

    assert Pause.objects.get().user_id == user_id


def test_what_is_paused_is_not_late(operator: Client) -> None:
    make_job(queued_at=datetime(2026, 1, 1, tzinfo=UTC))
    Pause.objects.create(reason="x", paused_by="ada")

    assert not operator.get(f"{LIST}?tab=attention").context["cl"].result_list


# --- starting --------------------------------------------------------------------------------


def test_an_import_is_started_by_path_for_a_user(operator: Client) -> None:
    user_id = uuid.uuid4()
    path = f"imports/{user_id}/export.zip"
    form = {"user_id": user_id, "storage_path": path, "dollars": "2", "reason": "by mail"}

    operator.post(START, form)

    job = ImportJob.objects.get()
    assert (job.storage_path, job.requested_by) == (path, "ada")
    assert job.budget_microdollars == 2_000_000
    assert StaffAction.objects.get().reason == "by mail"


def test_an_uploaded_file_is_stored_for_the_user_and_imported(
    operator: Client, store: Path
) -> None:
    user_id = uuid.uuid4()
    file = SimpleUploadedFile("my export.json", b"[]")

    operator.post(START, {"user_id": user_id, "file": file, "reason": "by mail"})

    job = ImportJob.objects.get()
    assert job.storage_path.startswith(f"user-imports/{user_id}/")
    assert (store / job.storage_path).read_bytes() == b"[]"


USER = uuid.UUID("11111111-1111-4111-8111-111111111111")


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({}, "Name a path or choose a file"),
        ({"storage_path": "imports/../x.zip"}, "Segment 2"),
        (
            {"storage_path": "imports/22222222-2222-4222-8222-222222222222/x.zip"},
            "belongs to another user",
        ),
        ({"storage_path": f"imports/{USER}/x.zip", "reason": " "}, "required"),
    ],
    ids=["nothing", "nonsense", "of another user", "no reason"],
)
def test_a_start_that_cannot_be_is_refused_on_the_form(
    sent: dict[str, str], answer: str, operator: Client
) -> None:
    page = operator.post(START, {"user_id": USER, "reason": "x", **sent})

    assert answer in page.content.decode()
    assert not ImportJob.objects.exists()


def test_a_second_import_of_a_user_waits_for_the_first(
    operator: Client, store: Path
) -> None:
    job = make_job()
    file = SimpleUploadedFile("x.json", b"[]")

    page = operator.post(START, {"user_id": job.user_id, "file": file, "reason": "x"})

    assert "is active; wait for it" in page.content.decode()
    assert not list(store.rglob("*.json"))


# --- and nobody else -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "{list}{failed}/raise_budget/",
        "{list}{failed}/erase_user/",
        "{list}{failed}/retry/",
        "{list}start/",
        "{pauses}pause/",
        "{pauses}{held}/resume/",
    ],
)
def test_posting_by_hand_is_refused_to_a_viewer(address: str, viewer: Client) -> None:
    job = make_job(status=Status.FAILED, budget_microdollars=1)
    held = Pause.objects.create(reason="x", paused_by="x")
    address = address.format(list=LIST, failed=job.id, pauses=PAUSES, held=held.id)
    user = str(job.user_id)
    form = {"dollars": "9", "scope": "everything", "user": user, "user_id": user}

    answer = viewer.post(address, {**SENT, **form, "storage_path": f"imports/{user}/x"})

    job.reload()
    assert answer.status_code == 403
    assert (job.status, job.budget_microdollars) == (Status.FAILED, 1)
    assert (Pause.objects.count(), Erasure.objects.count()) == (1, 0)
    assert (ImportJob.objects.count(), StaffAction.objects.count()) == (1, 0)


def test_a_viewer_sees_no_way_to_do_anything(viewer: Client) -> None:
    job = make_job(
        status=Status.FAILED,
        error_code="busy",
        error_is_retryable=True,
        finished_at=datetime.now(UTC),
    )
    Pause.objects.create(reason="x", paused_by="x")

    pages = {
        address: viewer.get(address)
        for address in (f"{LIST}{job.id}/change/", LIST, "/admin/", PAUSES)
    }

    shown = "".join(page.content.decode() for page in pages.values())
    assert [page.status_code for page in pages.values()] == [200] * 4
    assert pages[f"{LIST}{job.id}/change/"].context["actions_detail"] == []
    for way in ("Start an import", "retry all", "/retry/", "/resume/", "/pause/pause/"):
        assert way not in shown


def test_an_operator_sees_nothing_of_what_people_said(operator: Client) -> None:
    jobs = furnish(user_id=uuid.uuid4())

    page = operator.get(f"{LIST}{jobs['complete'].id}/change/").content.decode()
    answers = [
        operator.get(reverse(f"admin:imports_{name}_changelist")).status_code
        for name in ("soulprint", "fact", "conversation")
    ]

    assert answers == [403, 403, 403]
    assert "Soulprint, full pass" not in page
    assert "Facts of this user" not in page
