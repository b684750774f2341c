"""Who may upload, for whom, and where."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client

from imports import wiring
from imports.models import Upload
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.integration.api.callers import client
from tests.integration.api.tus import BODY, PERSON, begin, said, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def test_a_user_uploads_for_themselves(auth: FakeAuth) -> None:
    person = client(bearer=auth.token(sub=str(PERSON)))
    place = begin(person)["Location"]
    stranger = client(bearer=auth.token(sub=str(uuid.uuid4())))

    answers = [
        stranger.head(place, headers=said()),
        send(stranger, place, 0, BODY),
        stranger.delete(place, headers=said()),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert begin(stranger).status_code == 403
    assert Upload.objects.get().bytes_done == 0


def test_the_page_of_local_mode_needs_its_token() -> None:
    page = Client(enforce_csrf_checks=True)
    token = str(page.get("/").context["csrf_token"])
    size = {"Upload-Length": "5"}

    without = page.post("/uploads/", headers=said() | size)
    with_it = page.post("/uploads/", headers=said(X_CSRFToken=token) | size)

    assert (without.status_code, with_it.status_code) == (403, 201)
    assert str(Upload.objects.get().user_id) == house.LOCAL_USER_ID


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("nobody", 401), ("service", 403), ("clerk", 403), ("staff", 201)],
)
def test_outside_local_mode_only_staff_that_may_start_imports_upload(
    kind: str, expected: int, settings: Any
) -> None:
    settings.LOCAL_MODE = False
    who = {
        "nobody": client,
        "service": callers.service,
        "clerk": callers.staff,
        "staff": lambda: callers.staff("start_importjob"),
    }[kind]()

    assert begin(who).status_code == expected


def test_where_files_go_to_the_store_itself_the_answer_says_so(settings: Any) -> None:
    settings.SUPABASE_URL = "http://127.0.0.1:9"
    settings.SUPABASE_SERVICE_KEY = "key"
    wiring.ports.cache_clear()

    answer = begin(callers.service())

    assert (answer.status_code, answer.json()["code"]) == (409, "uploads_elsewhere")
