"""The pages of the local mode: upload, progress, soulprint."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.test.client import RequestFactory

from imports import wiring
from imports.models import ImportJob, Soulprint, StageLog, StageName, Status
from imports.pages.receiving import receive
from tests.factories import make_job
from tests.scenery import furnish

pytestmark = pytest.mark.django_db

USER = uuid.UUID(settings.LOCAL_USER_ID)
PAGES = ["/", "/soulprint/", "/progress"]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give uploads a folder of their own."""
    settings.OBJECTS_DIR = tmp_path / "objects"
    wiring.ports.cache_clear()
    yield settings.OBJECTS_DIR
    wiring.ports.cache_clear()


def _upload(client: Client, body: bytes, name: str = "export.zip", **headers: Any) -> Any:
    return client.post(
        f"/upload?name={name}", body, content_type="application/octet-stream", **headers
    )


def _own_job(**fields: Any) -> ImportJob:
    return make_job(user_id=USER, **fields)


# --- who may come in -------------------------------------------------------------------------


def test_elsewhere_than_in_local_mode_the_page_is_the_console(
    client: Client, settings: Any
) -> None:
    settings.LOCAL_MODE = False

    assert client.get("/")["Location"] == "/admin/"
    assert client.get("/soulprint/")["Location"] == "/admin/"


@pytest.mark.parametrize("address", ["/upload", "/cancel", "/retry"])
def test_elsewhere_nothing_can_be_done_from_here(
    address: str, client: Client, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    job = _own_job()

    answer = client.post(address, b"x", content_type="application/octet-stream")

    job.reload()
    assert (answer.status_code, job.status) == (404, Status.QUEUED)


@pytest.mark.parametrize("address", ["/upload", "/cancel", "/retry"])
def test_another_site_cannot_press_our_buttons(address: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(address, b"x", content_type="text/plain").status_code == 403


def test_the_page_gives_its_own_script_what_it_needs_to_post() -> None:
    strict = Client(enforce_csrf_checks=True)
    token = strict.get("/").context["csrf_token"]

    answer = _upload(strict, b"[]", headers={"X-CSRFToken": str(token)})

    assert answer.status_code == 202


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_but_its_own_files(address: str, client: Client) -> None:
    policy = client.get(address)["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/", "/soulprint/"])
def test_a_page_holds_no_script_and_no_style_of_its_own(
    address: str, client: Client
) -> None:
    furnish(user_id=USER)

    page = client.get(address).content.decode()

    assert "<script>" not in page
    assert "style=" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_a_page_says_what_leaves_the_machine(client: Client, settings: Any) -> None:
    before = client.get("/").content.decode()
    settings.LLM = "anthropic"

    after = client.get("/").content.decode()

    assert "Everything stays on this machine." in before
    assert "Everything stays on this machine." not in after
    assert "Parts of your messages are sent to the language model." in after


# --- uploading -------------------------------------------------------------------------------


def test_an_upload_becomes_an_import_of_the_same_bytes(client: Client, store: Path) -> None:
    body = b"[" + b" " * 3_000_000 + b"]"

    answer = _upload(client, body, name="My export (1).zip")

    job = ImportJob.objects.get()
    assert answer.status_code == 202
    assert (job.user_id, job.status, job.requested_by) == (
        USER,
        Status.QUEUED,
        "local page",
    )
    assert (store / job.storage_path).read_bytes() == body
    assert answer.json()["file"] == "My-export-1-.zip"


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..%2F..%2Fx", "C:\\x\\y.zip", "", "x" * 500]
)
def test_the_name_of_a_file_leads_nowhere_else(
    name: str, client: Client, store: Path
) -> None:
    _upload(client, b"[]", name=name)

    job = ImportJob.objects.get()
    written = [file for file in store.rglob("*") if file.is_file()]
    assert written == [store / settings.IMPORT_BUCKETS[0] / str(USER) / written[0].name]
    assert job.storage_path.startswith(f"{settings.IMPORT_BUCKETS[0]}/{USER}/")


def test_an_empty_file_is_refused_with_words(client: Client) -> None:
    answer = _upload(client, b"")

    assert (answer.status_code, answer.json()["title"]) == (400, "The file is empty")
    assert not ImportJob.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    client: Client, settings: Any, store: Path
) -> None:
    settings.MAX_EXPORT_BYTES = 10

    answer = _upload(client, b"x" * 11)

    assert answer.status_code == 413
    assert not store.exists()


def test_a_second_upload_waits_for_the_first(client: Client) -> None:
    _own_job(status=Status.RUNNING)

    assert _upload(client, b"[]").status_code == 409


def test_an_upload_that_broke_off_leaves_nothing(store: Path) -> None:
    request = RequestFactory().generic("POST", "/upload?name=a.zip", b"only this")
    request.META["CONTENT_LENGTH"] = "5000"
    request._stream = BytesIO(b"only this")  # type: ignore[attr-defined]

    answer: HttpResponse = receive(request)  # type: ignore[assignment]

    assert answer.status_code == 400
    assert [file for file in store.rglob("*") if file.is_file()] == []
    assert not ImportJob.objects.exists()


# --- watching --------------------------------------------------------------------------------


def test_before_the_first_import_there_is_a_file_to_choose(client: Client) -> None:
    page = client.get("/").content.decode()

    assert client.get("/progress").json() == {"status": "none", "active": False}
    assert "Where do I find my export?" in page


def test_progress_is_told_in_words_with_numbers(client: Client) -> None:
    job = _own_job(status=Status.RUNNING, stage=StageName.INGEST, progress_percent=17)
    StageLog.objects.create(
        job=job, attempt=1, stage="ingest", items_done=1204, items_total=3900,
        unit="conversations",
    )  # fmt: skip

    state = client.get("/progress").json()

    assert state["words"] == "Reading your conversations: 1,204 of 3,900 conversations"
    assert (state["percent"], state["status"]) == (17, "processing")
    assert [stage["state"] for stage in state["stages"]] == ["done", "now", *["ahead"] * 4]


def test_progress_is_not_sent_twice(client: Client) -> None:
    job = _own_job(status=Status.RUNNING)
    first = client.get("/progress")

    again = client.get("/progress", headers={"If-None-Match": first["ETag"]})
    ImportJob.objects.filter(id=job.id).update(progress_percent=3)
    moved = client.get("/progress", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, moved.status_code) == (304, 200)


def test_a_failure_says_what_to_do(client: Client) -> None:
    _own_job(
        status=Status.FAILED, error_code="not_an_export", error_title="This is no export",
        error_detail="Choose the ZIP that ChatGPT sent you.",
    )  # fmt: skip

    assert client.get("/progress").json()["error"] == {
        "title": "This is no export",
        "detail": "Choose the ZIP that ChatGPT sent you.",
        "retryable": False,
    }


def test_only_ones_own_imports_are_shown(client: Client) -> None:
    make_job(status=Status.RUNNING)

    assert client.get("/progress").json()["status"] == "none"


def test_a_cancel_takes_effect_and_says_who(client: Client) -> None:
    job = _own_job()

    answer = client.post("/cancel")

    line = StageLog.objects.get(job=job)
    assert answer.json()["status"] == "cancelled"
    assert (line.action, line.actor) == ("cancelled", "local user")


def test_a_retry_goes_on_where_it_stopped(client: Client) -> None:
    job = _own_job(status=Status.FAILED, stage=StageName.EMBED, error_code="x")

    answer = client.post("/retry")

    job.reload()
    assert (answer.status_code, job.status, job.stage) == (202, Status.QUEUED, "embed")


@pytest.mark.parametrize("address", ["/retry", "/cancel"])
def test_a_button_that_came_too_late_shows_what_is(address: str, client: Client) -> None:
    _own_job(status=Status.COMPLETE)

    answer = client.post(address)

    assert (answer.status_code, answer.json()["status"]) == (409, "complete")


def test_a_first_soulprint_can_be_read_while_the_import_goes_on(client: Client) -> None:
    complete = furnish(user_id=USER)["complete"]
    Soulprint.objects.exclude(pass_name="quick").delete()
    ImportJob.objects.filter(id=complete.id).update(
        status=Status.RUNNING,
        finished_at=None,
        lease_expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    )

    state = client.get("/progress").json()

    assert (state["status"], state["soulprint_url"]) == ("quick_ready", "/soulprint/")


# --- reading ---------------------------------------------------------------------------------


def test_without_a_soulprint_the_page_says_how_to_get_one(client: Client) -> None:
    answer = client.get("/soulprint/")

    assert answer.status_code == 404
    assert b"No soulprint yet" in answer.content


def test_a_soulprint_is_set_as_text_with_its_facts_and_their_proof(client: Client) -> None:
    furnish(user_id=USER)

    page = client.get("/soulprint/").content.decode()

    assert "<h1>Wren</h1>" in page
    assert "Builder&#x27;s co-pilot" in page
    assert "Made without a language model" in page
    assert "Is allergic to walnuts." in page
    assert "careful, I&#x27;m allergic to walnuts" in page


def test_earlier_versions_can_be_read(client: Client) -> None:
    furnish(user_id=USER)
    quick = Soulprint.objects.get(pass_name="quick")

    page = client.get(f"/soulprint/{quick.id}/").content.decode()

    assert "First version" in page
    assert 'id="memory"' not in page


def test_nobody_elses_soulprint_can_be_read(client: Client) -> None:
    furnish(user_id=uuid.uuid4())
    other = Soulprint.objects.first()

    assert other
    assert client.get(f"/soulprint/{other.id}/").status_code == 404
    assert client.get("/soulprint/").status_code == 404


def test_what_a_person_wrote_cannot_become_markup(client: Client) -> None:
    furnish(user_id=USER)
    Soulprint.objects.update(ai_name="<img src=x onerror=alert(1)>")

    assert b"<img src=x" not in client.get("/soulprint/").content
