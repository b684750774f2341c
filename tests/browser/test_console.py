"""What staff do in the console, in a browser."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import Page, expect

from imports import lifecycle
from imports.models import ImportJob, StageName, Status
from tests.factories import make_job
from tests.scenery import furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _sign_in(page: Page, *permissions: str) -> None:
    user = User.objects.create_user("ada", password="a-long-password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
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


def test_find_a_failed_import_understand_it_retry_it_and_watch_it_complete(
    page: Page,
) -> None:
    job = furnish(user_id=uuid.uuid4())["failed"]
    ImportJob.objects.exclude(id=job.id).delete()  # nothing else takes the slots
    _sign_in(page, "view_importjob", "retry_importjob", "cancel_importjob")

    page.get_by_role("link", name="Imports", exact=False).first.click()
    page.get_by_role("link", name="Needs attention").click()
    page.get_by_role("link", name=str(job.id)[:8]).click()
    expect(page.get_by_label("The error")).to_contain_text("Ask for a new export")
    page.get_by_role("link", name="Retry").click()
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
    _sign_in(page, "view_importjob", "cancel_importjob")

    page.goto(f"/admin/imports/importjob/{job.id}/change/")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_label("Reason").fill("wrong file")
    page.get_by_role("button", name="Cancel the import").click()
    expect(page.get_by_text("Cancel requested by ada")).to_be_visible()
    expect(page.get_by_role("list", name="Cancel")).to_contain_text(
        "Stops at its next step"
    )
    job.reload()
    lifecycle.cancel(job)

    expect(page.get_by_role("list", name="Cancel")).to_contain_text("Stopped")


def test_a_dialog_without_a_reason_stays_open_and_says_so(page: Page) -> None:
    job = make_job()
    _sign_in(page, "view_importjob", "cancel_importjob")
    page.goto(f"/admin/imports/importjob/{job.id}/change/")

    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Cancel the import").click()

    expect(page.get_by_text("This field is required.")).to_be_visible()
    job.reload()
    assert job.status == Status.QUEUED


def test_a_viewer_sees_no_button(page: Page) -> None:
    job = make_job(status=Status.FAILED, error_title="It failed", error_code="x")
    _sign_in(page, "view_importjob")

    page.goto(f"/admin/imports/importjob/{job.id}/change/")

    expect(page.get_by_role("heading", name="It failed")).to_be_visible()
    expect(page.get_by_role("link", name="Retry")).to_have_count(0)


def test_the_list_moves_by_itself_and_leaves_the_typing_alone(page: Page) -> None:
    job = make_job(status=Status.RUNNING, stage=StageName.FACTS, progress_percent=61)
    _sign_in(page, "view_importjob")
    page.goto("/admin/imports/importjob/")
    search = page.get_by_placeholder("User, import or path")
    search.fill("half a wo")

    lifecycle.checkpoint(job, progress_percent=88, has_advanced=True)

    expect(page.get_by_text("88 %").first).to_be_visible()
    expect(search).to_have_value("half a wo")
