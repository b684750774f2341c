"""A poll costs one indexed query, goes straight to its view, and loses nothing on the way."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from imports.api import polling
from imports.models import ImportJob, Status
from tests.factories import make_job
from tests.integration.api import callers
from tests.integration.api.callers import client, service

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")
POLLED = ["/api/imports/{job}/", "/api/import/status?user_id={user}"]


@pytest.fixture
def running(transactional_db: None) -> ImportJob:
    return make_job(user_id=USER, status=Status.RUNNING)


@pytest.fixture
def messages_to_database() -> Iterator[Callable[[], list[str]]]:
    """What is sent to the database, as the driver's own library writes it down.

    Django's count of queries leaves out its look at whether the connection lives.
    """
    connection.ensure_connection()
    wire = connection.connection.pgconn
    with tempfile.TemporaryFile("w+") as book:
        close_old_connections()  # as at the beginning of every request; the client leaves it out
        wire.trace(book.fileno())

        def told() -> list[str]:
            wire.untrace()
            book.seek(0)
            lines = [line.split("\t") for line in book]
            return [kind for _, sender, _, kind, *_ in lines if sender == "F"]

        yield told


@pytest.mark.parametrize("address", POLLED)
def test_a_poll_is_one_message_to_the_database(
    running: ImportJob, messages_to_database: Callable[[], list[str]], address: str
) -> None:
    answer = service().get(address.format(job=running.id, user=USER))

    assert answer.status_code == 200
    assert messages_to_database() == ["Query"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "index"),
    [(POLLED[0], "imports_importjob_pkey"), (POLLED[1], "imports_of_a_user")],
)
def test_the_query_of_a_poll_finds_its_row_by_an_index(address: str, index: str) -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    with CaptureQueriesContext(connection) as asked:
        service().get(address.format(job=job.id, user=USER))

    with connection.cursor() as cursor:
        # A table of one row is read whole, unless that is made dear.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan


@pytest.mark.parametrize("address", POLLED)
def test_a_poll_survives_the_death_of_its_connection(
    running: ImportJob, address: str
) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        dead = connection.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s)", [dead])
    other.close()

    answer = service().get(address.format(job=running.id, user=USER))

    assert answer.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [*POLLED, "/api/soulprints/{user}/", "/api/imports/{job}/log/"]
)
def test_the_straight_way_answers_like_the_long_way(address: str) -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    path = address.format(job=job.id, user=USER)

    same = {"X-Request-ID": "one-and-the-same"}

    straight = service().get(path, headers=same)
    long = callers.staff(is_superuser=True).get(path, headers=same)

    assert dict(straight.headers) == dict(long.headers)
    assert straight.content == long.content


@pytest.mark.django_db
@pytest.mark.parametrize("caller", [service, lambda: callers.staff(is_superuser=True)])
def test_an_answer_without_a_body_describes_none(caller: Callable[[], Client]) -> None:
    address = f"/api/imports/{make_job(user_id=USER).id}/"
    asking = caller()
    etag = asking.get(address).headers["ETag"]

    unchanged = asking.get(address, headers={"If-None-Match": etag})

    assert unchanged.status_code == 304
    assert not {"Content-Type", "Content-Length"} & set(unchanged.headers)


def test_a_host_that_is_not_ours_is_refused_on_the_straight_way_too(
    settings: LazySettings,
) -> None:
    settings.ALLOWED_HOSTS = ["soulprint.example"]

    answer = service().get("/metrics", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_an_unknown_address_is_a_problem_for_a_caller_with_credentials() -> None:
    answer = service().get("/api/nothing/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_credentials_of_the_api_open_no_page_of_the_console() -> None:
    answer = service().get("/admin/")

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        "/admin/login/?next=/admin/",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*POLLED, "/api/soulprints/{user}/"])
def test_what_is_polled_can_only_be_read(address: str) -> None:
    job = make_job(user_id=USER)

    answer = service().post(address.format(job=job.id, user=USER))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.django_db
def test_a_poll_without_credentials_is_told_how_to_bring_them() -> None:
    answer = client().get(f"/api/imports/{uuid.uuid4()}/")

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="soulprint"'


@pytest.mark.django_db
def test_a_polled_job_holds_what_its_row_holds() -> None:
    job = make_job(
        status=Status.RUNNING,
        skipped_reasons={"too_large": 1},
        started_at=datetime(2026, 3, 1, 7, 8, 9, tzinfo=UTC),
        quick_ready_at=datetime(2026, 3, 1, 7, 8, 9, 120, tzinfo=UTC),
    )
    row = ImportJob.objects.get(id=job.id)

    polled = polling.by_id(job.id, user_id=job.user_id)

    assert polled is not None
    assert {name: getattr(polled, name) for name in polling._SHOWN} == {
        name: getattr(row, name) for name in polling._SHOWN
    }
