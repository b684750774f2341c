"""What is told of an import while it goes on, and the buttons beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from imports.models import ImportJob, Pause, Soulprint, StageLog, StageName, Status
from imports.pages.pace import share_of_time
from tests.factories import NOW, make_job
from tests.integration.pages.people import USER, own_job
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db


def test_before_the_first_import_there_is_a_file_to_choose(client: Client) -> None:
    page = client.get("/").content.decode()

    assert client.get("/progress").json() == {"status": "none", "active": False}
    assert "Where do I find my export?" in page


def test_the_page_says_how_it_stands_before_any_script_has_run(client: Client) -> None:
    own_job(
        status=Status.FAILED, stage=StageName.FACTS, progress_percent=63,
        error_code="x", error_title="It broke off", error_detail="Try again.",
    )  # fmt: skip

    page = client.get("/").content.decode()

    assert "The import stopped</h1>" in page
    assert "63 %</span>" in page
    assert 'It broke off</h2><p id="trouble-detail">Try again.</p>' in page
    assert page.count('<li class="done">') == 4


def test_progress_is_told_in_words_with_numbers(client: Client) -> None:
    job = own_job(
        status=Status.RUNNING, stage=StageName.INGEST, progress_percent=17,
        conversations_found=1204,
    )  # fmt: skip
    StageLog.objects.create(
        job=job, attempt=1, stage="ingest", items_done=301, items_total=975, unit="bytes",
    )  # fmt: skip

    state = client.get("/progress").json()

    assert state["words"] == "Reading conversation 1,204 of about 3,900"
    assert (state["percent"], state["status"]) == (17, "processing")
    assert [stage["state"] for stage in state["stages"]] == ["done", "now", *["ahead"] * 4]


def test_staff_are_not_told_that_it_is_their_history(admin_client: Client) -> None:
    job = own_job(status=Status.RUNNING, stage=StageName.FACTS)

    state = admin_client.get(f"/people/{job.user_id}/progress").json()

    assert state["words"] == "Looking for facts in what they wrote"
    assert state["title"] == "Reading their history"


@pytest.mark.parametrize(
    ("percent", "words"),
    [(0, "Nothing was read yet."), (17, "What was read so far is kept. Try again, ")],
)
def test_what_was_cancelled_says_what_is_kept(
    percent: int, words: str, client: Client
) -> None:
    own_job(status=Status.CANCELLED, progress_percent=percent)

    assert client.get("/progress").json()["words"].startswith(words)


def test_how_many_there_are_is_not_guessed_where_it_is_known(client: Client) -> None:
    job = own_job(
        status=Status.RUNNING, stage=StageName.INGEST,
        conversations_found=422, announced_conversations=3223,
    )  # fmt: skip
    StageLog.objects.create(
        job=job, attempt=1, stage="ingest", items_done=22, items_total=300, unit="bytes",
    )  # fmt: skip

    state = client.get("/progress").json()

    assert state["words"] == "Reading conversation 422 of about 3,223"


@pytest.mark.parametrize(
    ("status", "found", "receipt"),
    [
        (Status.RUNNING, 0, ""),
        (Status.COMPLETE, 0, "No conversations are in this export"),
        (Status.FAILED, 1, "1 conversation found, 1 skipped"),
        (Status.COMPLETE, 1200, "1,200 conversations found, 1,199 stored, 1 skipped"),
    ],
)
def test_the_receipt_says_where_every_conversation_went(
    status: Status, found: int, receipt: str, client: Client
) -> None:
    own_job(
        status=status, conversations_found=found,
        conversations_stored=max(found - 1, 0), skipped=min(found, 1),
    )  # fmt: skip

    assert client.get("/progress").json()["receipt"] == receipt


@pytest.mark.parametrize(
    ("status", "found", "empty"),
    [
        (Status.COMPLETE, 0, True),
        (Status.COMPLETE, 1, False),
        (Status.RUNNING, 0, False),
        (Status.FAILED, 0, False),
    ],
)
def test_an_import_without_conversations_is_told_apart(
    status: Status, found: int, empty: bool, client: Client
) -> None:
    own_job(status=status, conversations_found=found, conversations_stored=found)

    assert client.get("/progress").json()["empty"] is empty


def test_what_came_after_an_erasure_is_not_called_erased(client: Client) -> None:
    before = client.get("/?erased").content.decode()
    own_job(status=Status.COMPLETE)

    after = client.get("/?erased").content.decode()

    assert [b"was erased" in page.encode() for page in (before, after)] == [True, False]


def test_progress_is_not_sent_twice(client: Client) -> None:
    job = own_job(status=Status.RUNNING)
    first = client.get("/progress")

    again = client.get("/progress", headers={"If-None-Match": first["ETag"]})
    ImportJob.objects.filter(id=job.id).update(progress_percent=3)
    moved = client.get("/progress", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, moved.status_code) == (304, 200)


@pytest.mark.parametrize(
    ("stage", "unit", "words"),
    [
        (
            "download",
            "bytes",
            "Fetching the parts that hold your conversations: 300 B of 400 B",
        ),
        ("embed", "chunks", "Making your conversations searchable: 300 of 400 passages"),
        ("facts", "messages", "Looking for facts in what you wrote: 300 of 400 messages"),
    ],
)
def test_every_stage_says_how_far_it_is(
    stage: str, unit: str, words: str, client: Client
) -> None:
    job = own_job(status=Status.RUNNING, stage=stage)
    StageLog.objects.create(
        job=job, attempt=1, stage=stage, items_done=300, items_total=400, unit=unit
    )

    assert client.get("/progress").json()["words"].replace("\xa0", " ") == words


def test_the_time_that_has_passed_never_goes_back() -> None:
    shares = [share_of_time(percent) for percent in range(101)]

    assert shares == sorted(shares)
    assert (shares[0], shares[100]) == (0.0, 1.0)


def test_a_failure_says_what_to_do(client: Client) -> None:
    own_job(
        status=Status.FAILED, error_code="not_an_export", error_title="This is no export",
        error_detail="Choose the ZIP that ChatGPT sent you.",
    )  # fmt: skip

    assert client.get("/progress").json()["error"] == {
        "title": "This is no export",
        "detail": "Choose the ZIP that ChatGPT sent you.",
        "retryable": False,
    }


@pytest.mark.parametrize(
    ("stage", "started_at", "words"),
    [
        ("download", None, "Waiting for a worker"),
        ("embed", NOW, "Making your conversations searchable"),
        ("facts", NOW, "Held back for the moment. It goes on by itself."),
    ],
)
def test_what_staff_hold_back_does_not_look_busy(
    stage: str, started_at: datetime | None, words: str, client: Client
) -> None:
    Pause.objects.create(stage="facts", reason="the model is away", paused_by="staff")
    own_job(stage=stage, started_at=started_at)

    assert client.get("/progress").json()["words"] == words


def test_only_ones_own_imports_are_shown(client: Client) -> None:
    make_job(status=Status.RUNNING)

    assert client.get("/progress").json()["status"] == "none"


def test_a_cancel_takes_effect_and_says_who(client: Client) -> None:
    job = own_job()

    answer = client.post("/cancel")

    line = StageLog.objects.get(job=job)
    assert answer.json()["status"] == "cancelled"
    assert (line.action, line.actor) == ("cancelled", "local user")


def test_a_retry_goes_on_where_it_stopped(client: Client) -> None:
    job = own_job(status=Status.FAILED, stage=StageName.EMBED, error_code="x")

    answer = client.post("/retry")

    job.reload()
    assert (answer.status_code, job.status, job.stage) == (202, Status.QUEUED, "embed")


@pytest.mark.parametrize("address", ["/retry", "/cancel"])
def test_a_button_that_came_too_late_shows_what_is(address: str, client: Client) -> None:
    own_job(status=Status.COMPLETE)

    answer = client.post(address)

    assert (answer.status_code, answer.json()["status"]) == (409, "complete")


def test_a_first_soulprint_can_be_read_while_the_import_goes_on(client: Client) -> None:
    complete = furnish_person(user_id=USER)
    Soulprint.objects.exclude(pass_name="quick").delete()
    ImportJob.objects.filter(id=complete.id).update(
        status=Status.RUNNING,
        finished_at=None,
        lease_expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    )

    state = client.get("/progress").json()

    assert (state["status"], state["soulprint_url"]) == ("quick_ready", "/soulprint/")
