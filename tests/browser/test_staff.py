"""Staff find a person, read what came out, and ask the memory; what they open is on record."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from imports.models import StaffAction
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.scenery import furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _come_in(page: Page, address: str, *, role: str) -> None:
    ada = User.objects.create_user("ada", password="a-long-password", is_staff=True)
    ada.groups.set(Group.objects.filter(name=role))
    page.goto(address)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").first.fill("a-long-password")
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_content_reader_finds_a_person_and_reads_them(
    scheme: Any, open_page: OpenPage, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    person = uuid.uuid4()
    furnish(user_id=person)
    with open_page(color_scheme=scheme) as page:
        _come_in(page, "/people/", role="content reader")
        expect(page.get_by_role("heading", name="Latest imports")).to_be_visible()
        assert violations(page) == []

        page.get_by_label("Find a person").fill(str(person)[:8])
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_role("heading", name="Found")).to_be_visible()
        page.locator(".person").click()
        expect(page.get_by_role("heading", name="Wren")).to_be_visible()
        expect(page.get_by_text("careful, I'm allergic")).to_have_count(0)
        assert violations(page) == []
        page.get_by_role("link", name="Show the words that prove them").click()
        expect(page.get_by_text("careful, I'm allergic")).to_be_visible()
        page.get_by_label("Search this memory").fill("walnuts")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("#hits > *").first).to_be_visible()
        assert violations(page) == []

    done = StaffAction.objects.order_by("id").values_list("actor", "action", "user_id")
    assert list(done) == [
        ("ada", action, person)
        for action in (
            "read a soulprint",
            "read a soulprint",
            "read quotes",
            "searched the memory",
        )
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_search_that_finds_nobody_says_so(scheme: Any, open_page: OpenPage) -> None:
    with open_page(color_scheme=scheme) as page:
        _come_in(page, "/people/?q=nobody", role="viewer")

        expect(page.get_by_text("Nobody was found.")).to_be_visible()
        assert violations(page) == []
