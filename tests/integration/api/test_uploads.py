"""tus 1.0 at /uploads/: what a client of any make may rely on, and who may come in."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client

from imports import wiring
from imports.models import Upload
from tests.factories import make_job
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.integration.api.callers import client

pytestmark = pytest.mark.django_db

PERSON = uuid.UUID("11111111-1111-4111-8111-111111111111")
BODY = bytes(range(256)) * 1000
PIECE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.LOCAL_MODE = True
    settings.OBJECTS_DIR = tmp_path / "objects"
    wiring.ports.cache_clear()
    assert wiring.ports().objects  # a folder, whatever a test says of Supabase later
    yield settings.OBJECTS_DIR
    wiring.ports.cache_clear()


def _metadata(**values: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in values.items()
    )


def _headers(**headers: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }


def _begin(who: Client, size: int = len(BODY), **metadata: str) -> Any:
    named = {"filename": "export.zip", "user_id": str(PERSON)} | metadata
    headers = _headers(Upload_Length=str(size), Upload_Metadata=_metadata(**named))
    return who.post("/uploads/", headers=headers)


def _send(who: Client, place: str, offset: int, body: bytes, **headers: str) -> Any:
    return who.patch(
        place,
        body,
        content_type=PIECE,
        headers=_headers(Upload_Offset=str(offset), **headers),
    )


def _offset(who: Client, place: str) -> str:
    return str(who.head(place, headers=_headers())["Upload-Offset"])


def _checksum(body: bytes, algorithm: str = "sha1") -> str:
    digest = hashlib.new(algorithm, body).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


# --- the protocol ----------------------------------------------------------------------------


def test_anybody_may_ask_what_can_be_done() -> None:
    answer = client().options("/uploads/")

    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,termination,checksum"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert answer["Tus-Max-Size"] == str(house.MAX_EXPORT_BYTES)


def test_a_file_in_pieces_becomes_an_object_that_can_be_imported(store: Path) -> None:
    site = callers.service()
    begun = _begin(site)
    place = begun["Location"]

    first = _send(site, place, 0, BODY[:100_000])
    rest = _send(site, place, 100_000, BODY[100_000:])

    path = rest["Soulprint-Storage-Path"]
    assert (begun.status_code, first.status_code, rest.status_code) == (201, 204, 204)
    assert (begun["Upload-Offset"], first["Upload-Offset"]) == ("0", "100000")
    assert _offset(site, place) == str(len(BODY))
    assert (store / path).read_bytes() == BODY
    asked = {"user_id": str(PERSON), "storage_path": path}
    started = site.post("/api/imports/", asked, content_type="application/json")
    assert started.status_code == 202


def test_an_upload_says_until_when_it_may_go_on() -> None:
    site = callers.service()

    until = parsedate_to_datetime(_begin(site)["Upload-Expires"])

    left = until - datetime.now(UTC)
    assert timedelta(hours=23) < left < timedelta(hours=25)


def test_a_piece_at_another_offset_is_refused_and_changes_nothing() -> None:
    site = callers.service()
    place = _begin(site)["Location"]
    _send(site, place, 0, BODY[:1000])

    early = _send(site, place, 0, b"x" * 10)
    late = _send(site, place, 2000, b"x" * 10)

    assert (early.status_code, late.status_code) == (409, 409)
    assert early.json()["code"] == "wrong_offset"
    assert _offset(site, place) == "1000"


def test_no_more_is_taken_than_was_announced() -> None:
    site = callers.service()
    place = _begin(site, size=10)["Location"]

    answer = _send(site, place, 0, b"x" * 11)

    assert (answer.status_code, answer.json()["code"]) == (413, "piece_too_long")
    assert _offset(site, place) == "0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_arrived_wrong_is_dropped(algorithm: str, store: Path) -> None:
    site = callers.service()
    reply = _begin(site)
    place = reply["Location"]
    right = _checksum(BODY, algorithm)

    wrong = _send(site, place, 0, b"y" + BODY[1:], Upload_Checksum=right)
    again = _send(site, place, 0, BODY, Upload_Checksum=right)

    assert (wrong.status_code, wrong.json()["code"]) == (460, "checksum_mismatch")
    assert (again.status_code, again["Upload-Offset"]) == (204, str(len(BODY)))
    assert (store / reply["Soulprint-Storage-Path"]).read_bytes() == BODY


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1 ***", "sha1"])
def test_a_checksum_that_cannot_be_read_is_refused(checksum: str) -> None:
    site = callers.service()
    place = _begin(site)["Location"]

    answer = _send(site, place, 0, BODY, Upload_Checksum=checksum)

    assert answer.status_code in (400, 460)
    assert _offset(site, place) == "0"


def test_an_upload_that_was_given_up_is_gone_with_its_bytes(store: Path) -> None:
    site = callers.service()
    place = _begin(site)["Location"]
    _send(site, place, 0, BODY[:5000])

    answer = site.delete(place, headers=_headers())

    assert answer.status_code == 204
    assert site.head(place, headers=_headers()).status_code == 404
    assert [file for file in store.rglob("*") if file.is_file()] == []


def test_what_is_being_imported_cannot_be_given_up() -> None:
    site = callers.service()
    begun = _begin(site)
    _send(site, begun["Location"], 0, BODY)
    make_job(user_id=PERSON, storage_path=begun["Soulprint-Storage-Path"])

    answer = site.delete(begun["Location"], headers=_headers())

    assert (answer.status_code, answer.json()["code"]) == (409, "upload_in_use")


def test_a_client_behind_an_old_proxy_says_its_method_in_a_header() -> None:
    site = callers.service()
    place = _begin(site)["Location"]

    answer = site.post(
        place,
        BODY,
        content_type=PIECE,
        headers=_headers(X_HTTP_Method_Override="PATCH", Upload_Offset="0"),
    )

    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(BODY)))


def test_another_version_of_the_protocol_is_refused_by_name() -> None:
    answer = callers.service().post("/uploads/", headers={"Tus-Resumable": "0.2.2"})

    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "Upload-Length must be a whole number"),
        ({"Upload-Length": "-5"}, "Upload-Length must be a whole number"),
        ({"Upload-Length": "0"}, "The file is empty"),
        ({"Upload-Defer-Length": "1"}, "Say with Upload-Length"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ***"}, "base64"),
        ({"Upload-Length": "5", "Upload-Metadata": "a YQ==,a YQ=="}, "twice"),
        ({"Upload-Length": "5", "Upload-Metadata": "user_id YQ=="}, "must be a UUID"),
    ],
)
def test_a_beginning_that_cannot_be_understood_says_why(
    headers: dict[str, str], words: str
) -> None:
    answer = callers.service().post("/uploads/", headers=_headers() | headers)

    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert not Upload.objects.exists()


def test_a_piece_of_another_kind_is_refused() -> None:
    site = callers.service()
    place = _begin(site)["Location"]

    answer = site.patch(
        place, "{}", content_type="application/json", headers=_headers(Upload_Offset="0")
    )

    assert answer.status_code == 415


def test_a_file_that_no_import_would_take_is_refused_at_once(settings: Any) -> None:
    settings.MAX_EXPORT_BYTES = 1000

    answer = _begin(callers.service(), size=1001)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


# --- who may ---------------------------------------------------------------------------------


def test_a_user_uploads_for_themselves(auth: FakeAuth) -> None:
    person = client(bearer=auth.token(sub=str(PERSON)))
    place = _begin(person)["Location"]
    stranger = client(bearer=auth.token(sub=str(uuid.uuid4())))

    answers = [
        stranger.head(place, headers=_headers()),
        _send(stranger, place, 0, BODY),
        stranger.delete(place, headers=_headers()),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert _begin(stranger).status_code == 403
    assert Upload.objects.get().bytes_done == 0


def test_the_page_of_local_mode_needs_its_token() -> None:
    page = Client(enforce_csrf_checks=True)
    token = str(page.get("/").context["csrf_token"])
    size = {"Upload-Length": "5"}

    without = page.post("/uploads/", headers=_headers() | size)
    with_it = page.post("/uploads/", headers=_headers(X_CSRFToken=token) | size)

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

    assert _begin(who).status_code == expected


def test_where_files_go_to_the_store_itself_the_answer_says_so(settings: Any) -> None:
    settings.SUPABASE_URL = "http://127.0.0.1:9"
    settings.SUPABASE_SERVICE_KEY = "key"
    wiring.ports.cache_clear()

    answer = _begin(callers.service())

    assert (answer.status_code, answer.json()["code"]) == (409, "uploads_elsewhere")
