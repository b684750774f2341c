"""Who may do what: every route and method, for every kind of caller."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern

from imports.api import urls
from imports.models import Fact, ImportJob, Soulprint, StaffAction, StageName, Status
from tests.factories import make_job
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.integration.api.callers import client

pytestmark = pytest.mark.django_db

OWNER = uuid.UUID("11111111-1111-4111-8111-111111111111")
STRANGER = uuid.UUID("22222222-2222-4222-8222-222222222222")

# What each kind of caller gets, in this order of callers:
CALLERS = ("owner", "stranger", "service", "superuser", "clerk")
# clerk: staff without a single permission.
ROUTES: dict[tuple[str, str], tuple[int, int, int, int, int]] = {
    ("GET", "/api/imports/?user_id={owner}"): (200, 404, 200, 200, 403),
    ("POST", "/api/imports/"): (202, 403, 202, 202, 403),
    ("GET", "/api/imports/{job}/"): (200, 404, 200, 200, 403),
    ("GET", "/api/imports/{job}/log/"): (200, 404, 200, 200, 403),
    ("POST", "/api/imports/{job}/cancel/"): (202, 404, 202, 202, 403),
    ("POST", "/api/imports/{failed}/retry/"): (202, 404, 202, 202, 403),
    ("GET", "/api/soulprints/{owner}/"): (200, 404, 200, 200, 403),
    ("GET", "/api/soulprints/{owner}/facts/"): (200, 404, 200, 200, 403),
    ("GET", "/api/soulprints/{owner}/search/?q=cello"): (200, 404, 200, 200, 403),
    ("DELETE", "/api/users/{owner}/"): (202, 404, 202, 202, 403),
    ("GET", "/metrics"): (403, 403, 200, 200, 403),
    ("POST", "/import-full"): (202, 403, 202, 202, 403),
    ("POST", "/import"): (202, 403, 202, 202, 403),
    ("POST", "/api/import/trigger"): (202, 403, 400, 400, 403),
    ("GET", "/api/import/status?user_id={owner}"): (200, 404, 200, 200, 403),
}
BODIES: dict[str, Any] = {
    "/api/import/trigger": {"storagePath": f"imports/{OWNER}/new.zip"},
    "/api/imports/": {"user_id": str(OWNER), "storage_path": f"imports/{OWNER}/new.zip"},
}
BODIES["/import-full"] = BODIES["/import"] = BODIES["/api/imports/"]


def call(who: Client, method: str, address: str) -> Any:
    """Make the call on a house that holds what the address names."""
    job = make_job(user_id=OWNER, status=Status.FAILED, stage=StageName.MEMORY)
    fill(job)
    named = make_job(user_id=OWNER) if "{job}" in address else job
    path = address.format(owner=OWNER, job=named.id, failed=job.id)
    body = BODIES.get(address, {})
    if method == "GET":
        return who.get(path)
    if method == "DELETE":
        return who.delete(path)
    return who.post(path, body, content_type="application/json")


def fill(job: ImportJob) -> None:
    sections = {name: {"a": "b"} for name in Soulprint.SECTIONS}
    Soulprint.objects.create(
        user_id=job.user_id,
        job=job,
        pass_name="full",
        engine="local",
        model="m",
        prompt_version="1",
        **sections,
    )
    Fact.objects.create(
        id=uuid.uuid4(),
        user_id=job.user_id,
        job=job,
        category="work",
        statement="s",
        kind="durable",
        basis="stated",
        confidence=0.9,
        engine="local",
        evidence=[{"conversation_id": "c", "message_id": "m", "at": None, "quote": "q"}],
    )


@pytest.fixture
def caller(auth: FakeAuth) -> Callable[[str], Client]:
    def make(kind: str) -> Client:
        match kind:
            case "owner":
                return client(bearer=auth.token(sub=str(OWNER)))
            case "stranger":
                return client(bearer=auth.token(sub=str(STRANGER)))
            case "service":
                return callers.service()
            case "superuser":
                return callers.staff(is_superuser=True)
        return callers.staff()

    return make


@pytest.mark.parametrize(
    ("method", "address", "kind", "expected"),
    [
        (method, address, kind, expected)
        for (method, address), row in ROUTES.items()
        for kind, expected in zip(CALLERS, row, strict=True)
    ],
)
def test_every_caller_gets_what_is_theirs(
    caller: Callable[[str], Client], method: str, address: str, kind: str, expected: int
) -> None:
    answer = call(caller(kind), method, address)

    assert answer.status_code == expected


@pytest.mark.parametrize(("method", "address"), ROUTES)
@pytest.mark.parametrize(
    "credential",
    [
        "nobody",
        "expired",
        "forged",
        "guest",
        "service_role",
        "wrong secret",
        "revoked key",
        "secret without a name",
        "non-ASCII key",
    ],
)
def test_whoever_cannot_prove_who_they_are_gets_401(
    auth: FakeAuth, method: str, address: str, credential: str
) -> None:
    bearers = {
        "nobody": None,
        "expired": auth.token(sub=str(OWNER), exp=int(time.time()) - 60),
        "forged": auth.token(sub=str(OWNER))[:-8] + "AAAAAAAA",
        "guest": auth.token(sub=str(OWNER), is_anonymous=True),
        "service_role": auth.token(sub=str(OWNER), role="service_role"),
        "wrong secret": "site.guess",
        "revoked key": f"old.{callers.SECRET}",
        "secret without a name": f".{callers.SECRET}",
        "non-ASCII key": "s\xefte.s\xe9cret",
    }

    answer = call(client(bearer=bearers[credential]), method, address)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "address"), [key for key in ROUTES if key[0] == "POST"])
def test_a_session_without_the_csrf_token_changes_nothing(
    method: str, address: str
) -> None:
    User.objects.create_superuser("eve")
    page = client(enforce_csrf_checks=True)
    page.force_login(User.objects.get(username="eve"))

    answer = call(page, method, address)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_the_table_names_every_route() -> None:
    open_to_all = {"healthz", "readyz", "schema", "docs"}
    another_protocol = {"uploads", "upload"}  # tus: test_uploads.py asks who may
    served = {
        f"/{pattern.pattern}"
        for pattern in urls.urlpatterns
        if isinstance(pattern, URLPattern)
        and pattern.name
        and pattern.name not in open_to_all | another_protocol
    }
    tried = {
        address.split("?")[0]
        .replace("{job}", "<uuid:job_id>")
        .replace("{failed}", "<uuid:job_id>")
        .replace("{owner}", "<uuid:user_id>")
        for _, address in ROUTES
    }

    assert served == tried


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
