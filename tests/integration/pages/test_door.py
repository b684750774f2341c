"""Who may come in, and what a page loads."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from imports.models import Erasure, StaffAction, StageLog, Status
from tests.factories import make_job
from tests.integration.pages.people import USER, own_job
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db

PAGES = ["/", "/soulprint/", "/progress"]


def test_elsewhere_than_in_local_mode_the_page_is_the_console(
    client: Client, settings: Any
) -> None:
    settings.LOCAL_MODE = False

    assert client.get("/")["Location"] == "/admin/"
    assert client.get("/soulprint/")["Location"] == "/admin/"


@pytest.mark.parametrize("address", ["/invitation", "/cancel", "/retry"])
def test_elsewhere_nothing_can_be_done_from_here(
    address: str, client: Client, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    job = own_job()

    answer = client.post(address, b"x", content_type="application/octet-stream")

    job.reload()
    assert (answer.status_code, job.status) == (404, Status.QUEUED)


@pytest.mark.parametrize("address", ["/invitation", "/cancel", "/retry"])
def test_another_site_cannot_press_our_buttons(address: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(address, b"x", content_type="text/plain").status_code == 403


def test_the_page_gives_its_own_script_what_it_needs_to_post() -> None:
    strict = Client(enforce_csrf_checks=True)
    token = strict.get("/").context["csrf_token"]

    answer = strict.post(
        "/invitation", {"name": "a.zip"}, headers={"X-CSRFToken": str(token)}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_but_its_own_files(address: str, client: Client) -> None:
    policy = client.get(address)["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/", "/soulprint/"])
def test_a_page_holds_no_script_and_no_style_of_its_own(
    address: str, client: Client
) -> None:
    furnish_person(user_id=USER)

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


def _staff(*permissions: str) -> Client:
    ada = User.objects.create_user("ada", is_staff=True)
    ada.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    signed_in = Client()
    signed_in.force_login(ada)
    return signed_in


STAFF_PAGES = {
    "": "view_importjob",
    "progress": "view_importjob",
    "soulprint/": "view_soulprint",
    "soulprint.md": "view_soulprint",
    "soulprint.json": "view_soulprint",
}


@pytest.mark.parametrize(("address", "permission"), STAFF_PAGES.items())
def test_staff_see_a_person_with_the_permission_for_it(
    address: str, permission: str, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    person = uuid.uuid4()
    furnish_person(user_id=person)

    assert _staff(permission).get(f"/people/{person}/{address}").status_code == 200


@pytest.mark.parametrize("address", STAFF_PAGES)
def test_staff_without_it_see_nothing(address: str, settings: Any) -> None:
    settings.LOCAL_MODE = False
    person = uuid.uuid4()
    furnish_person(user_id=person)

    clerk = _staff().get(f"/people/{person}/{address}")
    nobody = Client().get(f"/people/{person}/{address}")

    assert clerk.status_code in (403, 404)
    assert nobody.status_code in (302, 404)


def test_facts_and_searching_need_more_than_the_soulprint() -> None:
    person = uuid.uuid4()
    furnish_person(user_id=person)
    reader = _staff("view_soulprint")

    page = reader.get(f"/people/{person}/soulprint/").content.decode()
    search = reader.get(f"/people/{person}/soulprint/search?q=x")

    assert "allergic to walnuts" not in page
    assert "Search your memory" not in page
    assert "Erase everything" not in page
    assert search.status_code == 404


@pytest.mark.parametrize("button", ["cancel", "retry", "erase", "invitation"])
def test_staff_press_only_the_buttons_they_may(button: str) -> None:
    job = make_job()

    answer = _staff("view_importjob").post(
        f"/people/{job.user_id}/{button}", {"sure": "yes"}
    )

    job.reload()
    assert (answer.status_code in (403, 404), job.status) == (True, Status.QUEUED)
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("address", ["", f"{USER}/", f"{USER}/soulprint/"])
def test_who_is_no_staff_any_more_is_kept_out_whatever_they_might_do(address: str) -> None:
    may = ("view_importjob", "view_soulprint", "read_conversation")
    ada = _staff(*may)
    User.objects.update(is_staff=False)

    assert ada.get(f"/people/{address}").status_code == 403


def test_what_staff_do_here_carries_their_name() -> None:
    job = make_job()

    _staff("view_importjob", "cancel_importjob").post(f"/people/{job.user_id}/cancel")

    assert StageLog.objects.get(job=job).actor == "ada"


def test_the_console_leads_to_the_page_of_a_person() -> None:
    job = make_job()

    page = _staff("view_importjob").get(f"/admin/imports/importjob/{job.id}/change/")

    assert f'href="/people/{job.user_id}/"' in page.content.decode()


def test_a_soulprint_that_staff_take_along_is_on_record() -> None:
    person = uuid.uuid4()
    furnish_person(user_id=person)

    _staff("view_soulprint").get(f"/people/{person}/soulprint.json")

    line = StaffAction.objects.get()
    assert (line.actor, line.action) == ("ada", "downloaded a soulprint")


def _words_of(address: str, *permissions: str) -> tuple[str, list[str]]:
    """Give a page of somebody as staff see it, and what was put on record."""
    person = uuid.uuid4()
    furnish_person(user_id=person)

    page = _staff(*permissions).get(f"/people/{person}/{address}")

    body = b"".join(page.streaming_content) if page.streaming else page.content
    actions = StaffAction.objects.order_by("id").values_list("action", flat=True)
    return body.decode(), list(actions)


@pytest.mark.parametrize("address", ["soulprint/", "soulprint/?quotes=yes"])
def test_staff_who_may_not_read_see_facts_without_the_words_behind_them(
    address: str,
) -> None:
    page, actions = _words_of(address, "view_soulprint", "view_fact")

    assert "allergic to walnuts" in page
    assert "<blockquote" not in page
    assert "Show the words" not in page
    assert actions == ["read a soulprint"]


def test_staff_who_may_read_ask_for_the_words_and_that_is_on_record() -> None:
    permissions = ("view_soulprint", "view_fact", "read_conversation")

    page, actions = _words_of("soulprint/?quotes=yes", *permissions)

    assert "careful, I&#x27;m allergic to walnuts" in page
    assert actions == ["read a soulprint", "read quotes"]


@pytest.mark.parametrize("end", ["md", "json"])
@pytest.mark.parametrize(
    ("permissions", "has_quotes"), [((), False), (("read_conversation",), True)]
)
def test_the_words_go_along_only_with_staff_who_may_read_them(
    permissions: tuple[str, ...], has_quotes: bool, end: str
) -> None:
    may = ("view_soulprint", "view_fact", *permissions)

    file, actions = _words_of(f"soulprint.{end}", *may)

    assert "allergic to walnuts" in file
    assert ("careful, I" in file) is has_quotes
    assert ("read quotes" in actions) is has_quotes


def test_staff_search_a_memory_and_that_is_on_record() -> None:
    may = ("view_soulprint", "read_conversation")

    page, actions = _words_of("soulprint/search?q=walnuts", *may)

    assert "Search this memory" in page
    assert actions == ["searched the memory"]


@pytest.mark.parametrize("address", ["/people/nobody/", "/soulprint/nothing/", "/nowhere/"])
def test_a_person_who_goes_astray_gets_a_page(address: str, client: Client) -> None:
    person = client.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
    program = client.get(address, headers={"Accept": "*/*"})

    assert (person.status_code, program.status_code) == (404, 404)
    assert "There is nothing here" in person.text
    assert program.json()["code"] == "not_found"


def test_staff_who_may_not_see_a_page_get_one_that_says_so(client: Client) -> None:
    client.force_login(User.objects.create_user("new", is_staff=True))

    answer = client.get("/people/", headers={"Accept": "text/html"})

    assert answer.status_code == 403
    assert "not for your account" in answer.text


def test_the_api_answers_a_browser_with_a_problem(client: Client) -> None:
    answer = client.get("/api/nothing/", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
