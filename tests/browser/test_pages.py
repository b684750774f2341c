"""The way of a person in local mode: choose the export, watch it, read yourself."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from imports import runner, wiring
from imports.models import ImportJob, Status
from tests.factories import make_job
from tests.scenery import furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

USER = uuid.UUID(settings.LOCAL_USER_ID)


def _choose(page: Page, file: Path) -> None:
    page.locator("#file").set_input_files(file)


def _work() -> None:
    """Be the worker: run what was rung."""
    job = ImportJob.objects.rung().get()
    runner.run(
        job.id,
        dispatch_seq=job.dispatch_seq,
        ports=wiring.ports(),
        is_draining=lambda: False,
    )


def test_choose_the_export_watch_it_and_read_yourself(page: Page, store: Path) -> None:
    call_command(
        "make_export", store / "export.zip", conversations=60, zip=True, verbosity=0
    )
    page.goto("/")

    _choose(page, store / "export.zip")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    page.reload()
    _work()
    expect(page.get_by_role("heading", name="Your soulprint is ready")).to_be_visible()
    expect(page.get_by_text("60 conversations found")).to_be_visible()
    page.get_by_role("link", name="Read your soulprint").click()

    expect(page.get_by_text("Made without a language model")).to_be_visible()
    expect(page.locator("blockquote").first).to_be_visible()


def test_a_file_that_is_no_export_says_what_to_do(page: Page, store: Path) -> None:
    (store / "list.json").write_text(json.dumps({"shopping": ["milk"]}))
    page.goto("/")

    _choose(page, store / "list.json")
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    _work()

    expect(page.get_by_role("heading", name="The import stopped")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("export")
    page.get_by_role("button", name="Import another export").click()
    expect(page.get_by_text("Choose the export")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("empty.zip", "", "This file is empty"),
        ("photo.png", "x", "neither a ZIP nor a JSON"),
    ],
)
def test_a_wrong_file_does_not_travel(
    name: str, body: str, words: str, page: Page, store: Path
) -> None:
    (store / name).write_text(body)
    page.goto("/")

    _choose(page, store / name)

    expect(page.get_by_role("alert")).to_contain_text(words)
    assert not ImportJob.objects.exists()


def test_cancel_and_try_again(page: Page) -> None:
    job = make_job(user_id=USER)
    page.goto("/")

    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The import was cancelled")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Reading your history")).to_be_visible()

    job.reload()
    assert job.status == Status.QUEUED


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.locator("#file").focus()
    page.keyboard.press("Tab")

    expect(page.get_by_text("Where do I find my export?")).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/soulprint/"])
def test_nothing_is_wider_than_a_small_telephone(address: str, page: Page) -> None:
    furnish(user_id=USER)
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto(address)

    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320
