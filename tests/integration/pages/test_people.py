"""How staff find the person whose soulprint they want to open."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from imports import erase
from tests.factories import make_job
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db

PERSON = uuid.UUID("a1b2c3d4-0000-4000-8000-00000000cafe")
OTHER = uuid.UUID("99999999-0000-4000-8000-000000000001")


def _staff(*permissions: str) -> Client:
    ada = User.objects.create_user("ada", is_staff=True)
    ada.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    signed_in = Client()
    signed_in.force_login(ada)
    return signed_in


def _page(term: str = "", *permissions: str) -> str:
    staff = _staff("view_importjob", *permissions)
    return staff.get("/people/", {"q": term}).content.decode()


@pytest.mark.parametrize("term", [str(PERSON), "a1b2c3d4", "A1B2", "summer-of-25"])
def test_a_person_is_found_by_what_staff_have_in_hand(term: str) -> None:
    make_job(user_id=PERSON, storage_path=f"imports/{PERSON}/summer-of-25.zip")
    make_job(user_id=OTHER)

    page = _page(term)

    assert f'href="/people/{PERSON}/"' in page
    assert str(OTHER) not in page


def test_a_person_is_found_by_the_id_of_an_import_and_stands_there_once() -> None:
    furnish_person(user_id=PERSON)
    newest = make_job(user_id=PERSON)

    page = _page("", "view_soulprint")
    found = Client()
    found.force_login(User.objects.get())

    assert page.count(f"/people/{PERSON}/soulprint/") == 1
    assert "Import under way" in page
    assert str(PERSON) in found.get("/people/", {"q": str(newest.id)}).content.decode()


@pytest.mark.parametrize(
    ("permissions", "is_named"), [((), False), (("view_soulprint",), True)]
)
def test_the_soulprint_is_named_to_those_who_may_see_it(
    permissions: tuple[str, ...], is_named: bool
) -> None:
    furnish_person(user_id=PERSON)

    page = _page("", *permissions)

    assert ("Wren" in page) is is_named
    assert (f"/people/{PERSON}/soulprint/" in page) is is_named


def test_no_soulprint_is_named_of_who_has_asked_to_be_erased() -> None:
    furnish_person(user_id=PERSON)
    erase.request(PERSON, requested_by="test")

    assert f"/people/{PERSON}/soulprint/" not in _page("", "view_soulprint")


def test_somebody_who_never_imported_can_be_helped_all_the_same() -> None:
    page = _page(str(PERSON))

    assert f'href="/people/{PERSON}/"' in page
    assert "Nobody was found" in _shown("nobody like that")


def _shown(term: str) -> str:
    staff = Client()
    staff.force_login(User.objects.get())
    return staff.get("/people/", {"q": term}).content.decode()


def test_the_list_is_for_staff_with_the_permission_in_every_mode(settings: Any) -> None:
    settings.LOCAL_MODE = True

    assert _staff().get("/people/").status_code == 403
    assert Client().get("/people/").status_code == 302


def test_a_full_house_costs_two_questions(django_assert_max_num_queries: Any) -> None:
    for place in range(40):
        make_job(user_id=uuid.UUID(int=place + 1))
    staff = _staff("view_importjob", "view_soulprint")

    with django_assert_max_num_queries(6):  # session, account, permissions, and these two
        page = staff.get("/people/").content.decode()

    assert page.count('class="person"') == 30


@pytest.mark.parametrize(
    ("permissions", "wishes", "is_read"),
    [
        ((), set(), False),
        (("cancel_importjob", "retry_importjob"), {"cancel", "retry"}, False),
        (("start_importjob", "view_soulprint"), {"start"}, True),
    ],
)
def test_staff_are_shown_the_buttons_that_they_may_press(
    permissions: tuple[str, ...], wishes: set[str], is_read: bool
) -> None:
    furnish_person(user_id=PERSON)
    staff = _staff("view_importjob", *permissions)

    state = staff.get(f"/people/{PERSON}/progress").json()
    page = staff.get(f"/people/{PERSON}/").content.decode()

    assert {wish for wish, is_open in state["may"].items() if is_open} == wishes
    assert bool(state["soulprint_url"]) is is_read
    assert (f'href="/people/{PERSON}/soulprint/">Soulprint</a>' in page) is is_read
    assert ("Your account may look at imports, but start none." in page) is (
        "start" not in wishes
    )


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/admin/auth/user/", 403, "This page is not for your account"),
        ("/admin/nothing/here/", 404, "There is nothing here"),
    ],
)
def test_staff_who_go_astray_in_the_console_get_a_page(
    address: str, status: int, words: str
) -> None:
    staff = _staff("view_importjob")

    answer = staff.get(address, headers={"Accept": "text/html"})

    assert (answer.status_code, words in answer.content.decode()) == (status, True)
