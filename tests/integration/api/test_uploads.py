"""tus 1.0 at /uploads/: what a client of any make may rely on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from pytest_django.live_server_helper import LiveServer

from imports.api import tus
from imports.models import Upload
from tests.factories import make_job
from tests.hosts import until
from tests.integration.api import callers
from tests.integration.api.callers import client
from tests.integration.api.tus import (
    BODY,
    PERSON,
    PIECE,
    begin,
    encoded,
    offset,
    said,
    send,
    sha_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def test_anybody_may_ask_what_can_be_done() -> None:
    answer = client().options("/uploads/")

    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,termination,checksum"
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert answer["Tus-Max-Size"] == str(house.MAX_EXPORT_BYTES)


def test_a_file_in_pieces_becomes_an_object_that_can_be_imported(store: Path) -> None:
    site = callers.service()
    begun = begin(site)
    place = begun["Location"]

    first = send(site, place, 0, BODY[:100_000])
    rest = send(site, place, 100_000, BODY[100_000:])

    path = rest["Soulprint-Storage-Path"]
    assert (begun.status_code, first.status_code, rest.status_code) == (201, 204, 204)
    assert (begun["Upload-Offset"], first["Upload-Offset"]) == ("0", "100000")
    assert offset(site, place) == str(len(BODY))
    assert (store / path).read_bytes() == BODY
    asked = {"user_id": str(PERSON), "storage_path": path}
    started = site.post("/api/imports/", asked, content_type="application/json")
    assert started.status_code == 202


@pytest.mark.parametrize("told", ["", "kind Zm9v,loud"])
def test_what_was_said_of_a_file_is_told_again(told: str) -> None:
    site = callers.service()
    user_id = encoded(user_id=str(PERSON))
    told = ",".join(filter(None, (user_id, told)))
    headers = said(Upload_Length="5", Upload_Metadata=told)
    place = site.post("/uploads/", headers=headers)["Location"]

    assert site.head(place, headers=said())["Upload-Metadata"] == told


def test_of_a_file_of_which_nothing_was_said_nothing_is_told() -> None:
    assert tus.told_again(Upload(metadata="")) == {}


def test_an_upload_says_until_when_it_may_go_on() -> None:
    site = callers.service()

    until = parsedate_to_datetime(begin(site)["Upload-Expires"])

    left = until - datetime.now(UTC)
    assert timedelta(hours=23) < left < timedelta(hours=25)


def test_a_piece_at_another_offset_is_refused_and_changes_nothing() -> None:
    site = callers.service()
    place = begin(site)["Location"]
    send(site, place, 0, BODY[:1000])

    early = send(site, place, 0, b"x" * 10)
    late = send(site, place, 2000, b"x" * 10)

    assert (early.status_code, late.status_code) == (409, 409)
    assert early.json()["code"] == "wrong_offset"
    assert offset(site, place) == "1000"


def test_a_client_that_lost_the_last_answer_may_send_nothing_more(store: Path) -> None:
    site = callers.service()
    place = begin(site)["Location"]
    whole = send(site, place, 0, BODY)

    told = said(Upload_Offset=str(len(BODY)), Content_Type=PIECE, Content_Length="0")
    again = site.patch(place, headers=told)

    assert (again.status_code, again["Upload-Offset"]) == (204, str(len(BODY)))
    assert (store / whole["Soulprint-Storage-Path"]).read_bytes() == BODY


def test_no_more_is_taken_than_was_announced() -> None:
    site = callers.service()
    place = begin(site, size=10)["Location"]

    answer = send(site, place, 0, b"x" * 11)

    assert (answer.status_code, answer.json()["code"]) == (413, "piece_too_long")
    assert offset(site, place) == "0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_that_arrived_wrong_is_dropped(algorithm: str, store: Path) -> None:
    site = callers.service()
    reply = begin(site)
    place = reply["Location"]
    right = sha_of(BODY, algorithm)

    wrong = send(site, place, 0, b"y" + BODY[1:], Upload_Checksum=right)
    again = send(site, place, 0, BODY, Upload_Checksum=right)

    assert (wrong.status_code, wrong.json()["code"]) == (460, "checksum_mismatch")
    assert (again.status_code, again["Upload-Offset"]) == (204, str(len(BODY)))
    assert (store / reply["Soulprint-Storage-Path"]).read_bytes() == BODY


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1 ***", "sha1"])
def test_a_checksum_that_cannot_be_read_is_refused(checksum: str) -> None:
    site = callers.service()
    place = begin(site)["Location"]

    answer = send(site, place, 0, BODY, Upload_Checksum=checksum)

    assert answer.status_code in (400, 460)
    assert offset(site, place) == "0"


def test_an_upload_that_was_given_up_is_gone_with_its_bytes(store: Path) -> None:
    site = callers.service()
    place = begin(site)["Location"]
    send(site, place, 0, BODY[:5000])

    answer = site.delete(place, headers=said())

    assert answer.status_code == 204
    assert site.head(place, headers=said()).status_code == 404
    assert [file for file in store.rglob("*") if file.is_file()] == []


def test_what_is_being_imported_cannot_be_given_up() -> None:
    site = callers.service()
    begun = begin(site)
    send(site, begun["Location"], 0, BODY)
    make_job(user_id=PERSON, storage_path=begun["Soulprint-Storage-Path"])

    answer = site.delete(begun["Location"], headers=said())

    assert (answer.status_code, answer.json()["code"]) == (409, "upload_in_use")


def test_a_client_behind_an_old_proxy_says_its_method_in_a_header() -> None:
    site = callers.service()
    place = begin(site)["Location"]

    answer = site.post(
        place,
        BODY,
        content_type=PIECE,
        headers=said(X_HTTP_Method_Override="PATCH", Upload_Offset="0"),
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
        ({"Upload-Length": "5", "Upload-Metadata": "filename YQBi"}, "Null characters"),
        ({"Upload-Length": "5", "Upload-Metadata": "user_id YQ=="}, "must be a UUID"),
        ({"Upload-Length": "5", "Upload-Metadata": "na\xefve YQ=="}, "printable ASCII"),
    ],
)
def test_a_beginning_that_cannot_be_understood_says_why(
    headers: dict[str, str], words: str
) -> None:
    answer = callers.service().post("/uploads/", headers=said() | headers)

    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert not Upload.objects.exists()


def test_a_piece_of_another_kind_is_refused() -> None:
    site = callers.service()
    place = begin(site)["Location"]

    answer = site.patch(
        place, "{}", content_type="application/json", headers=said(Upload_Offset="0")
    )

    assert answer.status_code == 415


def test_a_file_that_no_import_would_take_is_refused_at_once(settings: Any) -> None:
    settings.MAX_EXPORT_BYTES = 1000

    answer = begin(callers.service(), size=1001)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


@pytest.mark.django_db(transaction=True)
def test_of_two_clients_at_once_one_is_refused_and_harms_nothing(
    live_server: LiveServer, store: Path, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    begun = begin(callers.service())
    place, half = begun["Location"], len(BODY) // 2
    sent = said(Upload_Offset="0", Authorization=f"Bearer {callers.SERVICE_KEY}")
    first = HTTPConnection(live_server.thread.host, live_server.thread.port, timeout=10)
    first.putrequest("PATCH", place)
    for name, value in (
        sent | {"Content-Type": PIECE, "Content-Length": str(len(BODY))}
    ).items():
        first.putheader(name, value)
    first.endheaders()
    first.send(BODY[:half])
    until(lambda: Upload.objects.get().writer)

    second = send(callers.service(), place, 0, b"x" * len(BODY))
    first.send(BODY[half:])

    assert (second.status_code, second.json()["code"]) == (423, "upload_busy")
    assert first.getresponse().status == 204
    assert (store / begun["Soulprint-Storage-Path"]).read_bytes() == BODY
    first.close()
