"""Who may do what: every route and method, for every kind of caller."""

from __future__ import annotations

import uuid

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User

from imports.models import StaffAction, Status
from tests.factories import make_job
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.integration.api.callers import client
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db

OWNER = uuid.UUID("11111111-1111-4111-8111-111111111111")
STRANGER = uuid.UUID("22222222-2222-4222-8222-222222222222")


def test_what_is_not_yours_looks_like_what_does_not_exist(auth: FakeAuth) -> None:
    job = make_job(user_id=OWNER)
    stranger = client(bearer=auth.token(sub=str(STRANGER)))

    of_another = stranger.get(f"/api/imports/{job.id}/")
    unknown = stranger.get(f"/api/imports/{uuid.uuid4()}/")

    assert of_another.content == unknown.content


def test_a_user_need_not_say_who_they_are(auth: FakeAuth) -> None:
    user = client(bearer=auth.token(sub=str(OWNER)))

    answer = user.post(
        "/api/imports/",
        {"storage_path": f"imports/{OWNER}/a.zip"},
        content_type="application/json",
    )

    assert answer.json()["user_id"] == str(OWNER)


def test_a_user_sees_only_their_own_in_the_list(auth: FakeAuth) -> None:
    own = make_job(user_id=OWNER)
    make_job(user_id=STRANGER)

    answer = client(bearer=auth.token(sub=str(OWNER))).get("/api/imports/")

    assert [job["id"] for job in answer.json()["results"]] == [str(own.id)]


def test_staff_who_may_look_may_not_cancel() -> None:
    job = make_job()
    clerk = callers.staff("view_importjob")

    seen = clerk.get(f"/api/imports/{job.id}/")
    cancelled = clerk.post(
        f"/api/imports/{job.id}/cancel/", {}, content_type="application/json"
    )

    assert (seen.status_code, cancelled.status_code) == (200, 403)


def test_what_staff_search_in_a_memory_needs_a_permission_and_is_on_record() -> None:
    address = f"/api/soulprints/{uuid.uuid4()}/search/?q=cello"
    looks_at_titles = callers.staff("view_conversation")

    refused = looks_at_titles.get(address)
    User.objects.get().delete()
    answered = callers.staff("read_conversation").get(address)

    assert (refused.status_code, answered.status_code) == (403, 200)
    assert StaffAction.objects.get().action == "searched the memory"


def test_what_staff_read_of_a_soulprint_is_on_record() -> None:
    user_id = uuid.uuid4()
    furnish_person(user_id=user_id)
    StaffAction.objects.all().delete()
    address = f"/api/soulprints/{user_id}/"

    by_a_service = callers.service().get(address)
    by_staff = callers.staff("view_soulprint").get(address)

    assert (by_a_service.status_code, by_staff.status_code) == (200, 200)
    done = StaffAction.objects.get()
    assert (done.action, done.user_id) == ("read a soulprint", user_id)


def test_the_head_of_an_answer_needs_what_the_answer_needs() -> None:
    user_id = uuid.uuid4()
    furnish_person(user_id=user_id)
    clerk = callers.staff("view_importjob")

    answer = clerk.head(f"/api/soulprints/{user_id}/")

    assert (answer.status_code, "ETag" in answer.headers) == (403, False)


def test_a_session_that_is_not_of_staff_is_nobody() -> None:
    visitor = client()
    visitor.force_login(User.objects.create_user("visitor"))

    answer = visitor.get("/api/imports/")

    assert answer.status_code == 401


def test_a_wrong_header_is_refused_whatever_session_comes_with_it() -> None:
    page = callers.staff(is_superuser=True)

    answer = page.get("/api/imports/", headers={"Authorization": "Basic YTpi"})

    assert answer.status_code == 401


def test_users_do_not_read_the_names_and_notes_of_staff(auth: FakeAuth) -> None:
    job = make_job(user_id=OWNER, status=Status.FAILED)
    job.log.create(
        kind="action", action="retried", actor="staff ada", reason="a private note"
    )

    line = (
        client(bearer=auth.token(sub=str(OWNER))).get(f"/api/imports/{job.id}/log/").json()
    )

    (shown,) = line["results"]
    assert shown["actor"] == "staff"
    assert not {"reason", "note", "worker"} & shown.keys()


def test_in_local_mode_whoever_sits_at_the_machine_is_the_local_user(
    settings: LazySettings,
) -> None:
    settings.LOCAL_MODE = True
    page = client(enforce_csrf_checks=True)
    page.cookies["csrftoken"] = "a" * 32
    sent = {"storage_path": f"imports/{settings.LOCAL_USER_ID}/a.zip"}

    answer = page.post(
        "/api/imports/",
        sent,
        content_type="application/json",
        headers={"X-CSRFToken": "a" * 32},
    )

    assert answer.status_code == 202
    assert answer.json()["user_id"] == settings.LOCAL_USER_ID


def test_in_local_mode_another_page_cannot_act_for_the_local_user(
    settings: LazySettings,
) -> None:
    settings.LOCAL_MODE = True
    elsewhere = client(enforce_csrf_checks=True)

    answer = elsewhere.post("/api/imports/", {}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
