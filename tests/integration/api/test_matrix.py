"""Every route and method, for every kind of caller. A route without a row fails this file."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern

from imports import uploads, wiring
from imports.api import urls
from imports.models import StageName, Status
from tests.factories import make_job
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.integration.api.callers import client
from tests.integration.api.house import furnish

pytestmark = pytest.mark.django_db

OWNER = uuid.UUID("11111111-1111-4111-8111-111111111111")
STRANGER = uuid.UUID("22222222-2222-4222-8222-222222222222")
NOBODYS = uuid.UUID("99999999-9999-4999-8999-999999999999")

# What each kind of caller gets, in this order; a clerk is staff without a single permission.
CALLERS = ("owner", "stranger", "service", "superuser", "clerk")
ROUTES: dict[tuple[str, str], tuple[int, int, int, int, int]] = {
    ("GET", "/api/imports/?user_id={user}"): (200, 404, 200, 200, 403),
    ("POST", "/api/imports/"): (202, 403, 202, 202, 403),
    ("GET", "/api/imports/{job}/"): (200, 404, 200, 200, 403),
    ("GET", "/api/imports/{job}/log/"): (200, 404, 200, 200, 403),
    ("POST", "/api/imports/{job}/cancel/"): (202, 404, 202, 202, 403),
    ("POST", "/api/imports/{failed}/retry/"): (202, 404, 202, 202, 403),
    ("GET", "/api/soulprints/{user}/"): (200, 404, 200, 200, 403),
    ("GET", "/api/soulprints/{user}/facts/"): (200, 404, 200, 200, 403),
    ("GET", "/api/soulprints/{user}/search/?q=cello"): (200, 404, 200, 200, 403),
    ("DELETE", "/api/users/{user}/"): (202, 404, 202, 202, 403),
    ("GET", "/metrics"): (403, 403, 200, 200, 403),
    ("POST", "/import-full"): (202, 403, 202, 202, 403),
    ("POST", "/import"): (202, 403, 202, 202, 403),
    ("POST", "/api/import/trigger"): (202, 403, 400, 400, 403),
    ("GET", "/api/import/status?user_id={user}"): (200, 404, 200, 200, 403),
    # Outside local mode files go to the store itself; only staff may upload here.
    ("POST", "/uploads/"): (403, 403, 403, 201, 403),
    ("HEAD", "/uploads/{upload}/"): (403, 403, 403, 200, 403),
    ("PATCH", "/uploads/{upload}/"): (403, 403, 403, 204, 403),
    ("DELETE", "/uploads/{upload}/"): (403, 403, 403, 204, 403),
}
ROUTES |= {("HEAD", path): row for (method, path), row in ROUTES.items() if method == "GET"}
# What everybody gets, whatever they bring.
OPEN = {
    ("GET", "/healthz"): 200,
    ("GET", "/readyz"): 503,  # nobody works in this house
    ("GET", "/api/schema/"): 200,
    ("GET", "/api/docs/"): 200,
    ("OPTIONS", "/uploads/"): 204,
    ("OPTIONS", "/uploads/{upload}/"): 204,
}
OPEN |= {
    ("HEAD", path): status for (method, path), status in OPEN.items() if method == "GET"
}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}

_START = {"user_id": str(OWNER), "storage_path": f"imports/{OWNER}/new.zip"}
BODIES: dict[str, Any] = {
    "/api/imports/": _START,
    "/import-full": _START,
    "/import": _START,
    "/api/import/trigger": {"storagePath": f"imports/{OWNER}/new.zip"},
}
_FOR_OWNER = base64.b64encode(str(OWNER).encode()).decode()
TUS = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": "4",
    "Upload-Metadata": f"user_id {_FOR_OWNER}",
    "Upload-Offset": "0",
}


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    """Keep objects in a folder, whatever a test says of Supabase later."""
    settings.OBJECTS_DIR = tmp_path
    wiring.ports.cache_clear()
    assert wiring.ports().objects
    yield
    wiring.ports.cache_clear()


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


def call(who: Client, method: str, address: str, **names: uuid.UUID) -> Any:
    """Make the call; what the address names is nobody's, unless it is given."""
    nobodys = dict.fromkeys(("user", "job", "failed", "upload"), NOBODYS)
    path = address.format(**nobodys | names)
    if address.startswith("/uploads/"):
        kind = "application/offset+octet-stream"
        body = b"abcd" if method == "PATCH" else b""
        return who.generic(method, path, body, content_type=kind, headers=TUS)
    if method == "POST":
        return who.post(path, BODIES.get(address, {}), content_type="application/json")
    return who.generic(method, path)


def call_furnished(who: Client, method: str, address: str) -> Any:
    """Make the call on a house that holds what the address names."""
    failed = make_job(user_id=OWNER, status=Status.FAILED, stage=StageName.MEMORY)
    furnish(failed)
    names = {"user": OWNER, "job": failed.id, "failed": failed.id}
    if "{job}" in address:
        names["job"] = make_job(user_id=OWNER).id
    if "{upload}" in address:
        names["upload"] = uploads.begin(
            user_id=OWNER, filename="a.zip", size=4, requested_by="test"
        ).id
    return call(who, method, address, **names)


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
    answer = call_furnished(caller(kind), method, address)

    assert answer.status_code == expected


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
@pytest.mark.parametrize(("method", "address"), ROUTES)
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


@pytest.mark.parametrize("bearer", [None, "a.forged.token", callers.SERVICE_KEY])
@pytest.mark.parametrize(("method", "address"), OPEN)
def test_what_is_open_asks_nobody_who_they_are(
    method: str, address: str, bearer: str | None
) -> None:
    answer = call(client(bearer=bearer), method, address)

    assert answer.status_code == OPEN[method, address]


@pytest.mark.parametrize(
    ("method", "address"),
    [key for key in ROUTES if key[0] not in ("GET", "HEAD")],
)
def test_a_session_without_the_csrf_token_changes_nothing(
    method: str, address: str
) -> None:
    User.objects.create_superuser("eve")
    page = client(enforce_csrf_checks=True)
    page.force_login(User.objects.get(username="eve"))

    answer = call(page, method, address)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    "address", sorted({address.split("?")[0] for _, address in ROUTES | OPEN})
)
def test_every_other_method_is_refused_with_those_that_are_not(address: str) -> None:
    allowed = {method for method, path in ROUTES | OPEN if path.split("?")[0] == address}
    staff = callers.staff(is_superuser=True)

    answers = [call(staff, method, address) for method in METHODS - allowed]

    assert {answer.status_code for answer in answers} == {405}
    assert {frozenset(answer["Allow"].split(", ")) for answer in answers} == {
        frozenset(allowed)
    }


def test_the_table_names_every_route_and_every_method() -> None:
    names = {"{user}": "<uuid:user_id>", "{upload}": "<uuid:upload_id>"}
    names |= dict.fromkeys(("{job}", "{failed}"), "<uuid:job_id>")
    tried = {(method, path_of(address, names)) for method, address in ROUTES | OPEN}

    served = {
        (method, f"/{pattern.pattern}")
        for pattern in urls.urlpatterns
        if pattern.name
        for method in methods_of(pattern)
    }

    assert served == tried


def test_an_address_without_its_last_slash_is_answered_by_the_same_view() -> None:
    named = {str(pattern.pattern): pattern for pattern in urls.urlpatterns if pattern.name}
    others = [pattern for pattern in urls.urlpatterns if not pattern.name]

    assert others
    assert {pattern.callback for pattern in others} == {
        named[f"{pattern.pattern}/"].callback for pattern in others
    }


def path_of(address: str, names: dict[str, str]) -> str:
    path = address.split("?")[0]
    for name, kind in names.items():
        path = path.replace(name, kind)
    return path


def methods_of(pattern: URLPattern) -> set[str]:
    view = pattern.callback.cls
    found = {method for method in view.http_method_names if hasattr(view, method)}
    if "get" in found:
        found |= {"head"} & set(view.http_method_names)
    return {method.upper() for method in found}
