"""What staff do in the console, in a browser."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Page, expect

from imports import lifecycle
from imports.models import (
    Conversation,
    Fact,
    ImportJob,
    Soulprint,
    StaffAction,
    StageName,
    Status,
)
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.looks import cut_off, sideways, sticking_out
from tests.factories import make_job
from tests.scenery import furnish, furnish_oddly

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _sign_in(page: Page, role: str) -> None:
    user = User.objects.create_user("ada", password="a-long-password", is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    page.goto("/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").first.fill("a-long-password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def _claimed(job: ImportJob) -> ImportJob:
    """Do what a worker does first."""
    job.reload()
    held = lifecycle.claim(job.id, dispatch_seq=job.dispatch_seq, worker="host:7")
    assert held
    return held


def test_a_wrong_password_is_told_of_once(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").first.fill("wrong")
    page.get_by_role("button", name="Log in").click()

    expect(page.locator(".errornote:visible")).to_have_count(1)
    expect(page.locator(".errornote:visible")).to_contain_text("correct username")


def test_dates_are_told_as_on_the_pages_wherever_the_viewer_is(
    open_page: OpenPage,
) -> None:
    furnish(user_id=uuid.uuid4())
    Conversation.objects.update(
        title="שבוע 12!", updated_at=datetime(2024, 3, 9, 12, 0, tzinfo=UTC)
    )
    with open_page(locale="de-DE") as page:
        _sign_in(page, "admin")

        page.goto("/admin/imports/conversation/")

        expect(page.locator("#result_list time").first).to_have_text("9 Mar 2024")
        title = page.locator("#result_list .field-show_title").first
        expect(title).to_have_css("unicode-bidi", "plaintext")


def test_find_a_failed_import_understand_it_retry_it_and_watch_it_complete(
    page: Page,
) -> None:
    job = furnish(user_id=uuid.uuid4())["failed"]
    ImportJob.objects.exclude(id=job.id).delete()  # nothing else takes the slots
    _sign_in(page, "operator")

    page.get_by_role("link", name="Imports", exact=False).first.click()
    page.get_by_role("link", name="Needs attention").click()
    page.get_by_role("link", name=str(job.id)[:8]).click()
    expect(page.get_by_label("The error")).to_contain_text("Ask for a new export")
    page.get_by_role("link", name="Retry").click()
    expect(page.get_by_role("region", name="What a retry means")).to_contain_text(
        "the downloaded parts"
    )
    page.get_by_label("Reason").fill("a new file is there")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("a new file is there")).to_be_visible()
    held = _claimed(job)
    expect(page.get_by_text("Is it alive?")).to_be_visible()
    lifecycle.checkpoint(held, progress_percent=64, has_advanced=True)
    expect(page.get_by_text("64 %").first).to_be_visible()
    lifecycle.complete(held)

    expect(page.get_by_text("All stages done")).to_be_visible()


def test_a_running_import_stops_in_visible_steps(page: Page) -> None:
    job = make_job(status=Status.RUNNING, stage=StageName.EMBED)
    _sign_in(page, "operator")

    page.goto(f"/admin/imports/importjob/{job.id}/change/")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_label("Reason").fill("wrong file")
    page.get_by_role("button", name="Cancel the import").click()
    steps = page.get_by_role("list", name="Cancel").get_by_role("listitem")
    expect(steps.nth(0)).to_contain_text("Requested by ada")
    expect(steps.nth(1)).to_contain_text("by its worker within seconds")
    job.reload()
    lifecycle.acknowledge_cancel(job)
    expect(steps.nth(1)).not_to_contain_text("within seconds")
    expect(steps.nth(2)).to_contain_text("at its next step")
    lifecycle.cancel(job)

    expect(steps.nth(2)).not_to_contain_text("at its next step")
    expect(page.get_by_text("Cancelled").first).to_be_visible()


def test_a_dialog_without_a_reason_stays_open_and_says_so(page: Page) -> None:
    job = make_job()
    _sign_in(page, "operator")
    page.goto(f"/admin/imports/importjob/{job.id}/change/")

    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel the import").click()

    expect(page.get_by_text("This field is required.")).to_be_visible()
    job.reload()
    assert job.status == Status.QUEUED


def test_a_viewer_sees_no_button_and_posting_by_hand_is_refused(page: Page) -> None:
    job = make_job(status=Status.FAILED, error_title="It failed", error_code="x")
    _sign_in(page, "viewer")

    page.goto(f"/admin/imports/importjob/{job.id}/change/")

    expect(page.get_by_role("heading", name="It failed")).to_be_visible()
    expect(page.get_by_role("link", name="Retry")).to_have_count(0)
    token = next(
        cookie["value"]
        for cookie in page.context.cookies()
        if cookie["name"] == "csrftoken"
    )
    answer = page.request.post(
        f"/admin/imports/importjob/{job.id}/retry/",
        form={"_form_submitted": "True", "reason": "x", "csrfmiddlewaretoken": token},
    )
    job.reload()
    assert (answer.status, job.status) == (403, Status.FAILED)


def test_the_list_moves_by_itself_and_leaves_the_typing_alone(page: Page) -> None:
    job = make_job(status=Status.RUNNING, stage=StageName.FACTS, progress_percent=61)
    _sign_in(page, "viewer")
    page.goto("/admin/imports/importjob/")
    search = page.get_by_placeholder("User, import or path")
    search.fill("half a wo")

    lifecycle.checkpoint(job, progress_percent=88, has_advanced=True)

    expect(page.get_by_text("88 %").first).to_be_visible()
    expect(search).to_have_value("half a wo")


def test_many_are_retried_after_a_dry_run_and_the_report_says_what_became_of_them(
    page: Page,
) -> None:
    failed = [make_job(status=Status.FAILED) for _ in range(3)]
    make_job(status=Status.RUNNING)
    _sign_in(page, "operator")
    page.goto("/admin/imports/importjob/")

    page.locator("#action-toggle").first.check()
    page.locator("select[name=action]").select_option(label="Retry the chosen imports")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("3 of 4 chosen imports go back into the line")).to_be_visible()
    ImportJob.objects.filter(id=failed[0].id).update(status=Status.COMPLETE)
    page.get_by_label("Reason").fill("the provider is back")
    page.get_by_role("button", name="Retry them").click()

    report = "2 queued again, 2 skipped: 1 complete, 1 running."
    other = "2 queued again, 2 skipped: 1 running, 1 complete."
    expect(page.get_by_text(report).or_(page.get_by_text(other))).to_be_visible()


def test_all_that_failed_alike_are_retried_from_the_first_page(page: Page) -> None:
    for place in range(3):
        make_job(
            status=Status.FAILED,
            error_code="provider_busy",
            error_title="The language model is busy",
            error_detail=f"It answered 529 after {place} s.",
            error_is_retryable=True,
            finished_at=timezone.now(),
        )
    _sign_in(page, "operator")

    page.get_by_role("link", name="retry all").click()
    expect(page.get_by_text("3 of 3 chosen imports go back into the line")).to_be_visible()
    page.get_by_label("Reason").fill("it answers again")
    page.get_by_role("button", name="Retry them").click()

    expect(page.get_by_text("3 queued again.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out_of_the_console(scheme: Any, page: Page) -> None:
    user_id = uuid.uuid4()
    jobs = furnish(user_id=user_id)
    full = Soulprint.objects.of_user(user_id)[0]
    page.emulate_media(color_scheme=scheme)
    _sign_in(page, "admin")
    imports = "/admin/imports/importjob/"
    addresses = (
        "/admin/",
        imports,
        f"{imports}?tab=attention&q=nobody",
        *(f"{imports}{job.id}/change/" for job in jobs.values()),
        f"{imports}start/",
        f"/admin/imports/soulprint/{full.id}/change/?quotes=yes",
        f"/admin/imports/fact/{Fact.objects.all()[0].id}/change/",
        f"/admin/imports/conversation/search/?user_id={user_id}",
        "/admin/imports/pause/",
        "/admin/imports/staffaction/",
    )

    found = {address: _violations_at(page, address) for address in addresses}

    assert found == {address: [] for address in addresses}


def test_nothing_is_cut_off_on_a_telephone(page: Page) -> None:
    user_id = uuid.uuid4()
    job = furnish_oddly(user_id=user_id)
    full = Soulprint.objects.of_user(user_id)[0]
    fact, conversation = Fact.objects.all()[0], Conversation.objects.all()[0]
    _sign_in(page, "admin")
    rows = "/admin/imports"
    addresses = [
        "/admin/",
        *(f"{rows}/{kind}/" for kind in ("importjob", "soulprint", "fact", "conversation")),
        f"{rows}/importjob/{job.id}/change/",
        f"{rows}/importjob/{ImportJob.objects.get(crashes=1).id}/change/",
        f"{rows}/importjob/?tab=attention",
        f"{rows}/importjob/start/",
        f"{rows}/soulprint/{full.id}/change/?quotes=yes",
        f"{rows}/fact/{fact.id}/change/",
        f"{rows}/conversation/{conversation.id}/change/",
        f"{rows}/pause/",
        f"{rows}/staffaction/",
    ]
    page.set_viewport_size({"width": 375, "height": 740})

    found = {address: _hidden_at(page, address) for address in addresses}

    assert found == {address: [] for address in addresses}


def test_nothing_has_to_be_scrolled_sideways_on_a_small_screen(page: Page) -> None:
    furnish_oddly(user_id=uuid.uuid4())
    _sign_in(page, "admin")
    account = User.objects.get().id
    kinds = ("importjob", "soulprint", "fact", "conversation", "staffaction", "pause")
    addresses = [
        *(f"/admin/imports/{kind}/" for kind in kinds),
        f"/admin/auth/user/{account}/change/",
    ]
    page.set_viewport_size({"width": 1280, "height": 900})

    found = {address: _sideways_at(page, address) for address in addresses}

    assert found == {address: [] for address in addresses}


def _sideways_at(page: Page, address: str) -> list[str]:
    page.goto(address)
    return sideways(page)


def _hidden_at(page: Page, address: str) -> list[str]:
    page.goto(address)
    return [*sticking_out(page), *cut_off(page)]


def test_the_first_cell_of_a_card_is_named_after_its_column(page: Page) -> None:
    StaffAction.objects.create(actor="ada", action="read quotes", target="fact 1")
    _sign_in(page, "viewer")

    page.goto("/admin/imports/staffaction/")

    first = page.locator("#result_list tbody td").first
    expect(first).to_have_attribute("data-label", "When")


def test_the_keyboard_reaches_filters_menus_and_dialogs_and_comes_back(page: Page) -> None:
    job = furnish(user_id=uuid.uuid4())["failed"]
    _sign_in(page, "operator")

    page.goto("/admin/imports/importjob/")
    filters = page.get_by_role("button", name="Filters")
    filters.press("Enter")
    expect(page.locator("#changelist-filter a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(filters).to_be_focused()
    account = page.get_by_role("button", name="ada")
    account.press("Enter")
    expect(page.get_by_text("Change password")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Change password")).to_be_hidden()
    expect(account).to_be_focused()
    page.goto(f"/admin/imports/importjob/{job.id}/change/")
    retry = page.get_by_role("link", name="Retry")
    retry.press("Enter")
    dialog = page.get_by_role("dialog", name="Retry this import")
    expect(dialog.get_by_label("Begin with")).to_be_focused()
    assert violations(page) == []
    for _ in range(8):
        page.keyboard.press("Tab")
        expect(dialog.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")

    expect(retry).to_be_focused()


def test_an_open_page_follows_the_system_into_the_night(page: Page) -> None:
    _sign_in(page, "viewer")
    page.goto("/admin/imports/importjob/")
    html = page.locator("html")

    page.emulate_media(color_scheme="dark")
    expect(html).to_have_class("dark")
    page.emulate_media(color_scheme="light")

    expect(html).not_to_have_class("dark")


def _violations_at(page: Page, address: str) -> list[str]:
    page.goto(address)
    return violations(page)


def test_a_stage_is_paused_and_resumed(page: Page) -> None:
    job = make_job(stage=StageName.FACTS)
    _sign_in(page, "operator")

    page.get_by_role("link", name="Pauses").click()
    page.locator("a[hx-get$='/pause/pause/']").click()
    page.get_by_label("Hold back").select_option(label="Stage: Learning facts")
    page.get_by_label("Reason").fill("prompts change")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("cell", name="Stage: Learning facts")).to_be_visible()
    page.goto(f"/admin/imports/importjob/{job.id}/change/")
    expect(page.get_by_text("This stage is paused by ada: prompts change")).to_be_visible()
    page.goto("/admin/imports/pause/")
    page.locator("#result_list").get_by_text("more_horiz").click()
    page.get_by_role("link", name="Resume").click()
    page.get_by_label("Reason").fill("they are there")
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_text("They go on.")).to_be_visible()


def test_a_reader_opens_the_quotes_and_rejects_a_fact(page: Page) -> None:
    user_id = uuid.uuid4()
    furnish(user_id=user_id)
    full = Soulprint.objects.of_user(user_id)[0]
    _sign_in(page, "content reader")

    page.goto(f"/admin/imports/soulprint/{full.id}/change/")
    expect(page.get_by_text("Facts that hold now")).to_be_visible()
    expect(page.get_by_text("careful, I'm allergic")).to_have_count(0)
    page.get_by_role("link", name="Show the quotes").click()
    expect(page.get_by_text("careful, I'm allergic")).to_be_visible()
    page.get_by_role("link", name="Is allergic to walnuts.").click()
    page.get_by_role("link", name="Reject this fact").click()
    page.get_by_label("Reason").fill("a joke")
    page.get_by_role("button", name="Reject it").click()

    expect(page.get_by_text("somebody rejected it")).to_be_visible()
    assert StaffAction.objects.filter(action="rejected a fact", reason="a joke").exists()


def test_an_export_is_uploaded_for_a_user(page: Page, store: Path) -> None:
    _sign_in(page, "operator")
    user_id = str(uuid.uuid4())

    page.goto("/admin/imports/importjob/")
    page.get_by_role("link", name="Start an import").click()
    page.get_by_label("User id").fill(user_id)
    page.locator("input[type=file]").set_input_files(
        files=[{"name": "export.json", "mimeType": "application/json", "buffer": b"[]"}]
    )
    page.get_by_label("Reason").fill("sent by mail")
    page.get_by_role("button", name="Start the import").click()

    expect(page.get_by_text("The import is in the line.")).to_be_visible()
    expect(page.get_by_text("sent by mail")).to_be_visible()
    assert ImportJob.objects.get().storage_path.startswith(f"user-imports/{user_id}/")
