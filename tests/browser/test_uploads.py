"""Sending the export: looked at first, in pieces, through reloads and lost connections."""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Page, expect

from imports import wiring
from imports.models import ImportJob, Upload
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.journeys import (
    USER,
    Line,
    choose,
    make_export,
    make_pictures,
    send,
    wait_until_sent,
    work,
)
from tests.fakes.resumable import PIECE
from tests.fakes.storage import KEY, FakeStorage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of 30 MB, as one file of JSON."""
    return make_export(
        tmp_path_factory.mktemp("export") / "conversations.json", size=30_000_000
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _offset() -> int:
    return Upload.objects.get().bytes_done


def test_30_mb_survive_a_reload_in_the_middle_and_become_a_soulprint(
    page: Page, store: Path, export: Path
) -> None:
    page.goto("/")
    Line(page).slow_down(bytes_a_second=8_000_000)

    send(page, export)
    wait_until_sent(page, percent=45)
    assert violations(page) == []
    page.reload()
    expect(page.get_by_role("heading", name="An upload waits to go on")).to_be_visible()
    before = _offset()
    assert before > 5_000_000
    assert violations(page) == []
    choose(page, export)
    expect(page.get_by_text("have arrived already")).to_be_visible()
    page.get_by_role("button", name="Go on with the upload").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible(timeout=20_000)

    job = ImportJob.objects.get()
    assert Upload.objects.count() == 1
    assert _digest(store / "objects" / job.storage_path) == _digest(export)
    assert job.announced_conversations
    work()
    expect(page.get_by_role("heading", name="Your soulprint is ready")).to_be_visible(
        timeout=20_000
    )
    job.reload()
    assert job.conversations_found == job.announced_conversations
    page.get_by_role("link", name="Read your soulprint").click()
    expect(page.get_by_text("Made without a language model")).to_be_visible()
    expect(page.locator("blockquote").first).to_be_visible()
    assert violations(page) == []


def test_an_upload_outlives_a_lost_connection(
    page: Page, store: Path, export: Path
) -> None:
    page.goto("/")
    line = Line(page).slow_down(bytes_a_second=8_000_000)
    send(page, export)
    wait_until_sent(page, percent=30)

    line.cut()
    expect(page.get_by_role("heading", name="The upload was interrupted")).to_be_visible(
        timeout=40_000
    )
    assert violations(page) == []
    line.mend()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible(timeout=30_000)

    stored = store / "objects" / ImportJob.objects.get().storage_path
    assert _digest(stored) == _digest(export)


def test_a_pause_holds_and_giving_up_leaves_nothing(
    page: Page, store: Path, export: Path
) -> None:
    page.goto("/")
    Line(page).slow_down(bytes_a_second=5_000_000)
    send(page, export)
    wait_until_sent(page, percent=25)

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="The upload is paused")).to_be_visible()
    page.wait_for_timeout(500)
    paused_at = _offset()
    page.wait_for_timeout(500)
    assert _offset() == paused_at > 0
    assert violations(page) == []
    page.get_by_role("button", name="Give up").click()
    expect(page.get_by_text("Choose the export")).to_be_visible()

    page.wait_for_timeout(500)
    assert not Upload.objects.exists()
    assert [file for file in (store / "objects").rglob("*") if file.is_file()] == []
    page.reload()
    expect(page.get_by_role("heading", name="An upload waits")).to_have_count(0)


def test_only_the_texts_travel_unless_the_person_wants_it_otherwise(
    page: Page, store: Path
) -> None:
    texts = make_export(store / "texts.zip", conversations=40, zip=True)
    export = make_pictures(store / "export.zip", count=30, beside=texts)
    page.goto("/")

    choose(page, export)
    expect(page.get_by_text("It holds 40 conversations")).to_be_visible()
    expect(page.get_by_text("stay on your computer")).to_be_visible()
    assert violations(page) == []
    page.locator("#found-go").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()
    work()

    job = ImportJob.objects.get()
    stored = store / "objects" / job.storage_path
    with zipfile.ZipFile(stored) as sent, zipfile.ZipFile(export) as whole:
        names = {name for name in whole.namelist() if name.endswith(".json")}
        assert set(sent.namelist()) == names
        assert sent.testzip() is None
    assert stored.stat().st_size < export.stat().st_size / 2
    assert (job.status, job.conversations) == ("COMPLETE", 40)


def test_the_other_choice_for_the_same_file_leaves_nothing_that_waits(
    page: Page, store: Path
) -> None:
    texts = make_export(store / "texts.zip", conversations=6, zip=True)
    export = make_pictures(store / "export.zip", count=60, beside=texts)
    page.goto("/")
    line = Line(page).slow_down(bytes_a_second=2_000_000)
    choose(page, export)
    page.get_by_label("The whole file").check()
    page.locator("#found-go").click()
    wait_until_sent(page, percent=60)
    page.reload()
    expect(page.get_by_role("heading", name="An upload waits to go on")).to_be_visible()
    line.mend()

    choose(page, export)
    expect(page.locator("#found-go")).to_have_text("Go on with the upload")
    page.get_by_label("Only the texts").check()
    expect(page.get_by_text("have arrived already")).to_be_hidden()
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()
    page.reload()

    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()
    expect(page.get_by_role("heading", name="An upload waits")).to_have_count(0)
    assert Upload.objects.count() == 1


def test_the_whole_file_travels_when_it_is_asked_for(page: Page, store: Path) -> None:
    texts = make_export(store / "texts.zip", conversations=6, zip=True)
    export = make_pictures(store / "export.zip", count=10, beside=texts)
    page.goto("/")

    choose(page, export)
    page.get_by_label("The whole file").check()
    page.locator("#found-go").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()

    stored = store / "objects" / ImportJob.objects.get().storage_path
    assert _digest(stored) == _digest(export)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("empty.zip", b"", "This file is empty"),
        ("photo.png", b"\x89PNG", "neither a ZIP nor a JSON"),
        ("half.zip", b"PK\x03\x04 and then nothing more", "This ZIP is not whole"),
    ],
)
def test_a_wrong_file_does_not_travel(
    name: str, body: bytes, words: str, page: Page, store: Path
) -> None:
    (store / name).write_bytes(body)
    page.goto("/")

    choose(page, store / name)

    expect(page.get_by_role("alert")).to_contain_text(words)
    assert violations(page) == []
    assert not Upload.objects.exists()


def test_a_file_may_be_dropped_anywhere(page: Page, store: Path) -> None:
    page.goto("/")
    dropped = page.evaluate_handle(
        """() => {
            const all = new DataTransfer();
            all.items.add(new File(['[{"mapping": {}}]'], "conversations.json"));
            return all;
        }"""
    )

    page.dispatch_event("main", "dragover", {"dataTransfer": dropped})
    expect(page.locator("#drop")).to_have_class("drop is-over")
    page.dispatch_event("main", "drop", {"dataTransfer": dropped})

    expect(page.get_by_text("It holds one conversation.")).to_be_visible()


def test_a_refusal_of_the_server_is_told_in_its_words(
    open_page: OpenPage, store: Path, settings: Any
) -> None:
    settings.UPLOAD_QUOTA_BYTES = 10
    export = make_export(store / "export.zip", conversations=6, zip=True)
    with open_page(expected="status of 413") as page:
        page.goto("/")

        send(page, export)

        expect(page.get_by_role("alert")).to_contain_text("are on their way already")


def test_a_zip_of_pictures_is_refused_kindly(page: Page, store: Path) -> None:
    page.goto("/")

    choose(page, make_pictures(store / "holiday.zip", count=3))

    expect(page.get_by_role("alert")).to_contain_text(
        "None of the 3 files in this ZIP holds conversations."
    )


def test_a_file_goes_straight_to_supabase_where_exports_lie_there(
    open_page: OpenPage, store: Path, export: Path, settings: Any
) -> None:
    with FakeStorage() as storage:
        settings.SUPABASE_URL = storage.url.removesuffix("/storage/v1")
        settings.SUPABASE_SERVICE_KEY = KEY
        wiring.ports.cache_clear()
        host = urlsplit(storage.url).netloc
        with open_page(hosts=(host,), expected="status of 400") as page:
            page.goto("/")
            Line(page).slow_down(bytes_a_second=12_000_000)

            send(page, export)
            wait_until_sent(page, percent=50)
            page.reload()
            choose(page, export)
            page.get_by_role("button", name="Go on with the upload").click()
            wait_until_sent(page, percent=70)
            storage.tokens.clear()  # an invitation is good for some hours only
            expect(page.get_by_text("Waiting for a worker").first).to_be_visible(
                timeout=20_000
            )
        wiring.ports().objects.close()  # type: ignore[attr-defined]

        job = ImportJob.objects.get()
        (begun,) = storage.begun.values()
        assert job.storage_path.split("/")[1] == str(USER)
        assert storage.objects[job.storage_path] == export.read_bytes()
        assert set(begun.pieces[:-1]) == {PIECE}
        assert not Upload.objects.exists()


def test_staff_import_on_behalf_of_a_person(
    open_page: OpenPage, store: Path, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    ada = User.objects.create_user("ada", password="a-long-password", is_staff=True)
    names = ("view_importjob", "start_importjob")
    ada.user_permissions.set(Permission.objects.filter(codename__in=names))
    person = uuid.uuid4()
    export = make_export(store / "export.zip", conversations=6, zip=True)
    with open_page() as page:
        page.goto(f"/people/{person}/")
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").first.fill("a-long-password")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_text(str(person))).to_be_visible()
        assert violations(page) == []

        send(page, export)
        expect(page.get_by_text("Waiting for a worker").first).to_be_visible()

    job = ImportJob.objects.get()
    assert (job.user_id, job.requested_by) == (person, "staff ada")
