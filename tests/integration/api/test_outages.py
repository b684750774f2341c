"""When something is broken: the answer is still a problem, and says so."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, ProgrammingError, connection
from django.db.models.functions import Now
from django.test import Client

from imports.api.views import health
from imports.models import Worker
from tests.factories import NOW, make_job
from tests.integration.api.callers import client, service


class Broken:
    """A database that fails at every statement."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *statement: Any) -> None:
        raise self.error


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_503() -> None:
    with connection.execute_wrapper(
        Broken(OperationalError("server closed the connection"))
    ):
        answer = service().get(
            "/api/import/status?user_id=3f2c1a54-7a7e-4c8e-9e0a-0123456789ab"
        )

    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert b"closed" not in answer.content


@pytest.mark.django_db
def test_a_bug_is_500_without_a_word_of_it(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.CRITICAL, "django.request"),
        connection.execute_wrapper(Broken(ZeroDivisionError("a secret"))),
    ):
        answer = service().get(
            "/api/import/status?user_id=3f2c1a54-7a7e-4c8e-9e0a-0123456789ab"
        )

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert b"secret" not in answer.content


def test_being_alive_needs_no_database() -> None:
    answer = client().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_means_that_somebody_works() -> None:
    Worker.objects.create(name="host:1", slots=2)
    make_job()

    answer = client().get("/readyz")

    assert answer.json() == {"status": "ready", "workers": 1, "oldest_waiting_seconds": 0}


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready() -> None:
    answer = client().get("/readyz")

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["workers"]) == (
        503,
        "not_ready",
        0,
    )


@pytest.mark.django_db
def test_with_imports_that_wait_too_long_it_is_not_ready() -> None:
    Worker.objects.create(name="host:1", slots=2)
    make_job(queued_at=NOW)

    answer = client().get("/readyz")

    assert (answer.status_code, answer.json()["detail"]) == (503, "Imports wait too long.")


@pytest.mark.django_db
def test_an_import_that_was_to_be_tried_later_has_not_waited_until_then() -> None:
    Worker.objects.create(name="host:1", slots=2)
    make_job(queued_at=NOW, next_attempt_at=Now() - timedelta(seconds=2))

    answer = client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["oldest_waiting_seconds"] < 60


@pytest.mark.django_db
def test_without_a_database_it_is_not_ready() -> None:
    with connection.execute_wrapper(Broken(OperationalError("no"))):
        answer = client().get("/readyz")

    assert (answer.status_code, answer.json()["detail"]) == (
        503,
        "The database does not answer.",
    )


@pytest.mark.django_db
def test_with_migrations_missing_it_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    Worker.objects.create(name="host:1", slots=2)
    monkeypatch.setattr(health.Ready, "is_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'imports'")

    answer = client().get("/readyz")

    assert (answer.status_code, answer.json()["detail"]) == (503, "Migrations are missing.")


@pytest.mark.django_db
def test_without_any_table_it_is_not_ready() -> None:
    with connection.execute_wrapper(Broken(ProgrammingError("no such table"))):
        answer = client().get("/readyz")

    assert (answer.status_code, answer.json()["detail"]) == (503, "Migrations are missing.")


ORIGIN = "https://app.example"


@pytest.fixture
def browser(settings: LazySettings) -> Client:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    return client()


def test_the_frontend_may_ask_before_it_calls(browser: Client) -> None:
    answer = browser.options(
        "/api/imports/",
        headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"},
    )

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    allowed = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Idempotency-Key", "If-None-Match", "Apikey"} <= allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_the_frontend_may_read_the_headers_it_needs(browser: Client) -> None:
    answer = browser.get("/api/imports/", headers={"Origin": ORIGIN})

    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert exposed >= {"ETag", "Location", "Retry-After", "WWW-Authenticate"}
    assert exposed >= {"Upload-Offset", "Upload-Length", "Soulprint-Storage-Path"}
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:8443",
        "null",
    ],
)
def test_any_other_page_may_not(browser: Client, origin: str) -> None:
    answer = browser.get("/healthz", headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_console_answers_no_other_page(browser: Client) -> None:
    answer = browser.get("/admin/login/", headers={"Origin": ORIGIN})

    assert "Access-Control-Allow-Origin" not in answer.headers
