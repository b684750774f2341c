"""Hostile and sloppy requests: refused by name, with a problem, never with a 500."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest

from imports.models import ImportJob, Status
from tests.factories import make_job
from tests.integration.api.callers import client, service

pytestmark = pytest.mark.django_db
URL = "/api/imports/"
USER = "3f2c1a54-7a7e-4c8e-9e0a-0123456789ab"
GOOD = {"user_id": USER, "storage_path": f"imports/{USER}/export.zip"}


def send(raw: bytes, content_type: str = "application/json") -> Any:
    return service().generic("POST", URL, raw, content_type=content_type)


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"[" * 8000, 400, "invalid_json"),
        (b'{"a":' * 3000, 400, "invalid_json"),
        (b'{"user_id":1,"user_id":2}', 400, "invalid_json"),
        (b'{"user_id":NaN}', 400, "invalid_json"),
        (b'{"user_id":-Infinity}', 400, "invalid_json"),
        (b'{"conversation_count":' + b"9" * 5000 + b"}", 400, "invalid_json"),
        (b'{"\\ud800":1}', 400, "invalid_json"),
        (b'{"storage_path":"\\udfff"}', 400, "invalid_json"),
        (b"\xff\xfe{}", 400, "invalid_json"),
        (b"\xef\xbb\xbf{}", 400, "invalid_json"),
        (json.dumps(GOOD).encode("utf-16"), 400, "invalid_json"),
        (b"{} {}", 400, "invalid_json"),
        (b" " * 16_385, 413, "body_too_large"),
        (b" " * 3_000_000, 413, "body_too_large"),
        (b"[]", 400, "invalid_request"),
        (b"null", 400, "invalid_request"),
        (b'"text"', 400, "invalid_request"),
        (b"1e999", 400, "invalid_request"),
        (b"", 400, "invalid_request"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_no_object_is_refused(raw: bytes, status: int, code: str) -> None:
    answer = send(raw)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "nonsense",
    ],
)
def test_only_json_is_read(content_type: str) -> None:
    answer = send(json.dumps(GOOD).encode(), content_type)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_body_that_does_not_say_how_long_it_is_is_not_taken_for_none() -> None:
    job = make_job(status=Status.FAILED)

    answer = service().post(
        f"{URL}{job.id}/retry/", headers={"Transfer-Encoding": "chunked"}
    )

    job.reload()
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert "Content-Length" in answer.json()["detail"]
    assert job.status == Status.FAILED


def test_a_charset_changes_nothing() -> None:
    answer = send(json.dumps(GOOD).encode(), "application/json; charset=utf-7")

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"admin": True}, "admin"),
        ({"status": "COMPLETE"}, "status"),
        ({"userId": USER}, "userId"),
        ({"user_id": 1}, "user_id"),
        ({"user_id": USER.upper()}, "user_id"),
        ({"user_id": USER.replace("-", "")}, "user_id"),
        ({"user_id": f"urn:uuid:{USER}"}, "user_id"),
        ({"user_id": f" {USER}"}, "user_id"),
        ({"user_id": None}, "user_id"),
        ({"user_id": [USER]}, "user_id"),
        ({"user_id": {"a": 1}}, "user_id"),
        ({"storage_path": 5}, "storage_path"),
        ({"storage_path": True}, "storage_path"),
        ({"storage_path": None}, "storage_path"),
        ({"storage_path": ""}, "storage_path"),
        ({"storage_path": "x" * 1025}, "storage_path"),
        ({"storage_path": f"imports/{USER}/a\x00.zip"}, "storage_path"),
        ({"conversation_count": "5"}, "conversation_count"),
        ({"conversation_count": 5.5}, "conversation_count"),
        ({"conversation_count": True}, "conversation_count"),
        ({"conversation_count": -1}, "conversation_count"),
        ({"message_count": 2**31}, "message_count"),
    ],
    ids=str,
)
def test_a_wrong_field_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    answer = send(json.dumps(GOOD | change).encode())

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert ImportJob.objects.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        f"imports/{USER}/../11111111-1111-4111-8111-111111111111/x.zip",
        f"imports/{USER}/%2e%2e/x.zip",
        f"imports/{USER}/x.zip?download=1",
        f"imports/{USER}/x#y.zip",
        f"imports/{USER}//x.zip",
        f"imports/{USER}/",
        f"imports/{USER}\\x.zip",
        f"imports/{USER}/x.zip ",
        f"imports/{USER}/x\r\nHost: evil",
        f"secrets/{USER}/x.zip",
        f"/imports/{USER}/x.zip",
        f"https://evil.example/imports/{USER}/x.zip",
        "x.zip",
    ],
)
def test_a_path_outside_the_users_folder_is_refused(path: str) -> None:
    answer = send(json.dumps(GOOD | {"storage_path": path}).encode())

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "storage_path"
    assert ImportJob.objects.count() == 0


def test_a_path_of_another_user_is_refused() -> None:
    path = f"imports/{uuid.uuid4()}/x.zip"

    answer = send(json.dumps(GOOD | {"storage_path": path}).encode())

    assert answer.status_code == 403
    assert answer.json()["code"] == "storage_path_of_another_user"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"user_id": "1"}, "user_id"),
        ({"user_id": USER, "limit": "0"}, "limit"),
        ({"user_id": USER, "limit": "1000000"}, "limit"),
        ({"user_id": USER, "limit": "x"}, "limit"),
        ({"user_id": [USER, USER]}, "user_id"),
        ({"user_id": USER, "userid": USER}, "userid"),
        ({"user_id": USER, "format": "api"}, "format"),
    ],
)
def test_a_wrong_query_is_refused_by_name(query: dict[str, Any], field: str) -> None:
    answer = service().get(URL, query)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "cursor",
    ["x", "bnVsbA", "W10", "WyIyMDI2LTAxLTAxIiwgIngiXQ", "ä", "MQ", "=" * 9],
)
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    answer = service().get(URL, {"user_id": USER, "cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (404, "invalid_cursor")


@pytest.mark.parametrize(
    "place",
    [
        f'["0001-01-01T00:00:00+23:59", "{USER}"]',
        f'["9999-12-31T23:59:59-23:59", "{USER}"]',
    ],
)
def test_a_cursor_of_a_time_that_there_never_was_is_refused(place: str) -> None:
    cursor = base64.urlsafe_b64encode(place.encode()).decode()

    answer = service().get(URL, {"user_id": USER, "cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (404, "invalid_cursor")


def test_a_cursor_of_a_line_that_there_never_was_is_refused() -> None:
    cursor = base64.urlsafe_b64encode(b'["2026-01-01T00:00:00+00:00", Infinity]').decode()

    answer = service().get(f"{URL}{make_job().id}/log/", {"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (404, "invalid_cursor")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing/", 404),
        ("GET", "/api/imports/not-a-uuid/", 404),
        ("GET", "/api/imports/3F2C1A54-7A7E-4C8E-9E0A-0123456789AB/", 404),
        ("GET", "/import-full", 405),
        ("DELETE", "/api/imports/", 405),
        ("TRACE", "/api/imports/", 405),
        ("BREW", "/api/imports/", 405),
        ("OPTIONS", "/api/imports/", 405),
    ],
)
def test_a_wrong_address_or_method_is_a_problem_too(
    method: str, path: str, status: int
) -> None:
    answer = service().generic(method, path)

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_wrong_method_is_told_the_right_ones() -> None:
    answer = service().generic("PUT", URL)

    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_a_host_that_is_not_ours_is_a_problem() -> None:
    answer = client().get("/healthz", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_the_console_keeps_its_own_error_pages() -> None:
    answer = client().get("/admin/nothing/here/")

    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", ["/api/imports", "/api/imports/"])
def test_a_missing_slash_does_not_lose_the_body(address: str) -> None:
    answer = service().post(address, GOOD, content_type="application/json")

    assert answer.status_code == 202


def test_a_head_request_tells_the_headers() -> None:
    job = make_job()

    answer = service().head(f"/api/imports/{job.id}/")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]
