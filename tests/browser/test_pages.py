"""The pages of a person: watch the import, be told what went wrong, read yourself."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from imports import erase, lifecycle
from imports.models import ImportJob, Soulprint, StageLog, StageName, Status
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.journeys import USER, choose, make_export, send, work
from tests.browser.looks import sticking_out
from tests.factories import make_job
from tests.scenery import LONG_WORD, furnish, furnish_oddly

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_file_that_is_no_export_says_what_to_do(page: Page, store: Path) -> None:
    (store / "list.json").write_text(json.dumps({"shopping": ["milk"]}))
    page.goto("/")

    choose(page, store / "list.json")
    expect(page.get_by_role("heading", name="Is this the right file?")).to_be_visible()
    expect(page.locator("#found .button")).to_have_text("Choose another file")
    assert violations(page) == []
    page.get_by_role("button", name="Try all the same").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()
    work()

    expect(page.get_by_role("heading", name="The import stopped")).to_be_visible()
    expect(page.locator("#trouble")).to_contain_text("export")
    assert violations(page) == []
    page.get_by_role("button", name="Import another export").click()
    expect(page.get_by_text("Choose the export")).to_be_visible()


def test_an_export_without_conversations_makes_no_promise(page: Page, store: Path) -> None:
    (store / "conversations.json").write_text("[]")
    page.goto("/?erased")
    expect(page.get_by_text("Everything about you was erased.")).to_be_visible()

    choose(page, store / "conversations.json")
    page.get_by_role("button", name="Try all the same").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()
    work()

    expect(page.get_by_role("heading", name="There was nothing to read")).to_be_visible()
    expect(page.locator("#watching .button:visible")).to_have_text("Import another export")
    page.get_by_role("button", name="Import another export").click()
    expect(page.get_by_text("Choose the export")).to_be_visible()
    expect(page.get_by_text("Everything about you was erased.")).to_be_hidden()


def test_without_scripts_the_page_says_how_it_stands(open_page: OpenPage) -> None:
    furnish(user_id=USER)
    with open_page(java_script_enabled=False) as page:
        page.goto("/")

        expect(page.get_by_role("heading", name="Your soulprint is ready")).to_be_visible()
        expect(page.locator("#watching-percent")).to_have_text("100 %")
        page.get_by_role("link", name="Read your soulprint").click()
        page.get_by_role("button", name="This is wrong: Is allergic").click()
        expect(page.get_by_role("button", name="It is true: Is allergic")).to_be_visible()


def test_cancel_and_try_again(page: Page) -> None:
    job = make_job(user_id=USER)
    page.goto("/")

    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The import was cancelled")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Reading your history")).to_be_visible()

    job.reload()
    assert job.status == Status.QUEUED


def test_progress_tells_what_is_happening_and_how_long_it_takes(page: Page) -> None:
    started = datetime.now(UTC).replace(microsecond=0)
    job = make_job(
        user_id=USER, status=Status.RUNNING, stage=StageName.INGEST, progress_percent=17,
        conversations_found=1204, started_at=started,
    )  # fmt: skip
    StageLog.objects.create(
        job=job, attempt=1, stage="ingest", items_done=100, items_total=324, unit="bytes"
    )

    page.goto("/")

    expect(page.get_by_text("Reading conversation 1,204 of about 3,901")).to_be_visible()
    expect(page.locator("#path [aria-current=step]")).to_have_text(
        "Read every conversation"
    )
    expect(page.locator("#watching [role=status]").last).to_have_text(
        "Reading conversation"
    )
    lifecycle.checkpoint(job, progress_percent=19, has_advanced=True)
    expect(page.locator("#watching-percent")).to_have_text("19 %")
    expect(page).to_have_title("19 % · soulprint")


def test_no_end_is_foretold_of_what_waits_to_try_again(page: Page) -> None:
    make_job(
        user_id=USER, stage=StageName.EMBED, progress_percent=47, error_code="x",
        error_title="Busy", started_at=datetime.now(UTC) - timedelta(minutes=50),
    )  # fmt: skip

    page.goto("/")

    expect(page.locator("#watching-time")).to_have_text(re.compile(r"^50 min \d+ s$"))


def test_a_tab_that_slept_catches_up_when_it_is_looked_at(page: Page) -> None:
    job = make_job(user_id=USER, status=Status.RUNNING, stage=StageName.EMBED)
    page.goto("/")
    expect(page.locator("#watching-percent")).to_have_text("0 %")
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.asleep ?? true, configurable: true})"
    )
    page.wait_for_timeout(2500)  # the next question is far away now

    lifecycle.checkpoint(job, progress_percent=55, has_advanced=True)
    page.wait_for_timeout(1500)
    expect(page.locator("#watching-percent")).to_have_text("0 %")
    page.evaluate(
        "window.asleep = false; document.dispatchEvent(new Event('visibilitychange'))"
    )

    expect(page.locator("#watching-percent")).to_have_text("55 %", timeout=1500)


def test_a_tab_that_shows_an_old_import_finds_a_new_one(page: Page) -> None:
    make_job(
        user_id=USER, status=Status.COMPLETE, conversations_found=1, conversations_stored=1
    )
    page.goto("/")
    expect(page.get_by_role("heading", name="Your soulprint is ready")).to_be_visible()

    make_job(user_id=USER, status=Status.RUNNING, stage=StageName.EMBED)
    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(page.get_by_role("heading", name="Reading your history")).to_be_visible()


def test_questions_are_polite_while_nothing_happens(page: Page) -> None:
    make_job(user_id=USER)
    asked: list[str | None] = []
    page.on(
        "request",
        lambda each: (
            asked.append(each.headers.get("if-none-match"))
            if each.url.endswith("/progress")
            else None
        ),
    )

    page.goto("/")
    page.wait_for_timeout(9000)

    assert 3 <= len(asked) <= 6
    assert asked[0] is None
    assert all(asked[1:])


def test_a_server_that_is_away_is_said_and_waited_for(page: Page) -> None:
    job = make_job(user_id=USER, status=Status.RUNNING, stage=StageName.EMBED)
    page.goto("/")
    expect(page.locator("#watching-percent")).to_have_text("0 %")

    page.route("**/progress", lambda route: route.abort())
    expect(page.get_by_text("The connection is gone.")).to_be_visible()
    assert violations(page) == []
    lifecycle.checkpoint(job, progress_percent=55, has_advanced=True)
    page.unroute("**/progress")

    expect(page.locator("#watching-percent")).to_have_text("55 %", timeout=10_000)
    expect(page.get_by_text("The connection is gone.")).to_be_hidden()


def test_the_first_soulprint_is_offered_as_soon_as_it_is_there(page: Page) -> None:
    complete = furnish(user_id=USER)["complete"]
    Soulprint.objects.exclude(pass_name="quick").delete()
    running = {"status": Status.RUNNING, "stage": StageName.EMBED, "finished_at": None}
    ImportJob.objects.filter(id=complete.id).update(
        **running, progress_percent=44, lease_expires_at=datetime(2099, 1, 1, tzinfo=UTC)
    )
    page.goto("/")

    first = page.get_by_role("link", name="Read the first version now")
    expect(first).to_be_visible()
    assert violations(page) == []
    first.click()

    expect(page.get_by_text("First version, from your richest")).to_be_visible()
    expect(page.get_by_text("They are still being looked for.")).to_have_count(0)


def test_the_memory_is_searched_on_the_page_and_what_was_asked_for_is_marked(
    page: Page, store: Path
) -> None:
    page.goto("/")
    send(page, make_export(store / "export.zip", conversations=40, zip=True))
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible()
    work()
    page.goto("/soulprint/")

    page.get_by_label("Search your memory").fill("work")
    page.get_by_role("button", name="Search").click()

    expect(page.locator("#hits mark").first).to_be_visible()
    expect(page.locator("#hits mark").first).to_have_text(re.compile("work", re.I))
    assert violations(page) == []


def test_a_soulprint_is_taken_along_as_a_file(page: Page) -> None:
    furnish(user_id=USER)
    page.goto("/soulprint/")

    with page.expect_download() as markdown:
        page.get_by_role("link", name="Download as Markdown").click()
    with page.expect_download() as data:
        page.get_by_role("link", name="Download as JSON").click()

    assert markdown.value.suggested_filename == "soulprint.md"
    assert "# Wren" in Path(markdown.value.path()).read_text()
    assert json.loads(Path(data.value.path()).read_text())["ai_name"] == "Wren"


def test_everything_is_erased_once_the_person_is_sure(page: Page, store: Path) -> None:
    furnish(user_id=USER)
    page.goto("/soulprint/")
    erasing = page.get_by_role("button", name="Erase everything")

    erasing.click()  # not sure yet: the browser asks for the tick
    expect(page.get_by_role("heading", name="Wren")).to_be_visible()
    page.get_by_label("Yes, erase everything about me").check()
    erasing.click()
    expect(page.get_by_role("heading", name="Erasing everything")).to_be_visible()
    assert violations(page) == []
    erase.erase_due()

    expect(page.get_by_text("Everything about you was erased.")).to_be_visible()
    assert not ImportJob.objects.of_user(USER).exists()


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.locator("#file").focus()
    page.keyboard.press("Tab")

    expect(page.get_by_text("Where do I find my export?")).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/soulprint/", "/soulprint/search?q=walnuts"])
def test_nothing_is_wider_than_a_small_telephone(address: str, page: Page) -> None:
    furnish_oddly(user_id=USER)
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto(address)

    assert sticking_out(page) == []


STATES = {
    "empty": {},
    "waiting": {"status": Status.QUEUED},
    "running": {"status": Status.RUNNING, "stage": StageName.EMBED, "progress_percent": 47},
    "stopping": {
        "status": Status.RUNNING,
        "cancel_requested_at": datetime(2026, 3, 1, tzinfo=UTC),
    },
    "trying again": {"status": Status.QUEUED, "error_code": "x", "error_title": "Busy"},
    "failed": {
        "status": Status.FAILED,
        "error_code": "x",
        "error_title": "It broke off",
        "error_detail": f"Near {LONG_WORD}.",
        "storage_path": f"imports/{USER}/abcdefabcdef-{LONG_WORD}.zip",
    },
    "cancelled": {"status": Status.CANCELLED},
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_nobody_is_kept_out_of_the_first_page(
    state: str, scheme: str, open_page: OpenPage
) -> None:
    if STATES[state]:
        make_job(user_id=USER, **STATES[state])

    with open_page(color_scheme=scheme) as page:
        page.goto("/")
        expect(page.locator("#path:visible, #drop:visible")).to_be_visible()

        assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert sticking_out(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("has_one", [True, False])
def test_nobody_is_kept_out_of_the_soulprint(
    has_one: bool, scheme: str, open_page: OpenPage
) -> None:
    if has_one:
        furnish(user_id=USER)

    with open_page(color_scheme=scheme) as page:
        page.goto("/soulprint/")

        assert violations(page) == []
