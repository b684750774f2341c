"""What people do with tabs: two with the same file, one left over night, one that slept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from imports.models import ImportJob, Upload
from tests.browser.conftest import OpenPage
from tests.browser.journeys import (
    Line,
    choose,
    make_export,
    send,
    wait_until_sent,
)
from tests.senders import digest_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_export(
        tmp_path_factory.mktemp("export") / "conversations.json", size=30_000_000
    )


def test_a_second_tab_with_the_same_file_is_told_where_it_is_on_its_way(
    page: Page, store: Path, export: Path
) -> None:
    page.goto("/")
    Line(page).slow_down(bytes_a_second=6_000_000)
    send(page, export)
    wait_until_sent(page, percent=20)

    second = page.context.new_page()
    second.goto("/")
    expect(second.get_by_role("heading", name="Read yourself")).to_be_visible()
    expect(second.get_by_role("heading", name="An upload waits")).to_have_count(0)
    send(second, export)
    expect(second.get_by_role("alert")).to_contain_text("in another tab")
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible(timeout=20_000)

    stored = store / "objects" / ImportJob.objects.get().storage_path
    assert Upload.objects.count() == 1
    assert digest_of(stored) == digest_of(export)


def test_a_second_tab_goes_on_when_the_first_one_is_closed(
    page: Page, store: Path, export: Path
) -> None:
    first = page.context.new_page()
    first.goto("/")
    Line(first).slow_down(bytes_a_second=6_000_000)
    send(first, export)
    wait_until_sent(first, percent=30)
    first.close()

    page.goto("/")
    expect(page.get_by_role("heading", name="An upload waits to go on")).to_be_visible()
    choose(page, export)
    page.get_by_role("button", name="Go on with the upload").click()
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible(timeout=20_000)

    stored = store / "objects" / ImportJob.objects.get().storage_path
    assert Upload.objects.count() == 1
    assert digest_of(stored) == digest_of(export)


def test_what_ran_out_over_night_is_said_and_begun_anew(
    open_page: OpenPage, store: Path, export: Path
) -> None:
    with open_page(expected="status of 404") as page:
        page.goto("/")
        Line(page).slow_down(bytes_a_second=6_000_000)
        send(page, export)
        wait_until_sent(page, percent=25)
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("heading", name="The upload is paused")).to_be_visible()
        page.wait_for_timeout(500)
        Upload.objects.update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))

        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Waiting for a worker").first).to_be_visible(timeout=20_000)

    stored = store / "objects" / ImportJob.objects.get().storage_path
    assert digest_of(stored) == digest_of(export)


def test_a_tab_that_is_looked_at_again_goes_on_at_once(
    page: Page, store: Path, export: Path
) -> None:
    page.goto("/")
    Line(page).slow_down(bytes_a_second=6_000_000)
    send(page, export)
    wait_until_sent(page, percent=25)
    page.route("**/uploads/**", lambda route: route.abort())
    expect(page.get_by_role("heading", name="The upload was interrupted")).to_be_visible(
        timeout=40_000
    )

    page.unroute("**/uploads/**")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("heading", name="Taking your export in")).to_be_visible(
        timeout=2000
    )
    expect(page.get_by_text("Waiting for a worker").first).to_be_visible(timeout=20_000)
