"""Lines of the log can be read by machines, say what they are about, and give nothing away."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from imports import logs
from imports.supervisor.errands import Errand, run
from tests.integration.api import callers
from tests.log_lines import KNOWN_SECRET, Lines, caught

pytestmark = pytest.mark.django_db
CANARY = "the canary sings at dawn"
SECRETS = {
    "a bearer": "Authorization: Bearer site.c2VjcmV0LW9mLXRoZS1zaXRl",
    "a token": "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "a key of Supabase": "sb_secret_4f2b1c9d8e7a6b5c",
    "a key of Anthropic": "sk-ant-api03-4f2b1c9d8e7a6b5c",
    "a key of AWS": "AKIA4F2B1C9D8E7A6B5C",
    "a signed address": "https://x.supabase.co/o?token=4f2b1c9d8e7a6b5c",
    "a database": "postgres://soulprint:4f2b1c9d8e7a6b5c@db/soulprint",
    "a webhook": "https://hooks.slack.com/services/T0/B0/4f2b1c9d8e7a6b5c",
    "what this process knows": KNOWN_SECRET,
}


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught() as lines:
        yield lines


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("formatter", [logs.Json, logs.Line])
def test_no_secret_is_left_in_a_line(secret: str, formatter: type[logs.Redacting]) -> None:
    record = logging.LogRecord(
        "imports", logging.INFO, "f.py", 1, "before %s after", (secret,), None
    )

    line = formatter(secrets=(KNOWN_SECRET,)).format(record)

    assert "before" in line
    assert "after" in line
    assert not [part for part in ("4f2b1c9d", "c2VjcmV0", "eyJ", "horse") if part in line]


def test_a_line_says_which_job_and_which_request_it_is_about(lines: Lines) -> None:
    job_id = uuid.uuid4()

    with logs.about(request_id="r-1234567"):
        logging.getLogger("imports.x").warning("job %s: it waits", job_id)

    (line,) = lines()
    assert (line["job_id"], line["request_id"]) == (str(job_id), "r-1234567")
    assert (line["level"], line["logger"]) == ("WARNING", "imports.x")


def test_an_answer_carries_the_id_under_which_its_lines_stand(lines: Lines) -> None:
    answer = callers.client().post(
        "/api/imports/", {"storage_path": CANARY}, content_type="application/json"
    )

    ours = [line for line in lines() if line["logger"] == "imports.api.numbering"]
    assert [line["request_id"] for line in ours] == [answer["X-Request-ID"]]
    assert ours[0]["message"].startswith(f"POST /api/imports/ -> {answer.status_code} ")


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [("site-4f2b1c9d", True), ("short", False), ("x" * 65, False), ("a b\tc;{}<", False)],
)
def test_the_id_of_a_caller_is_kept_if_it_is_one(sent: str, is_kept: bool) -> None:
    answer = callers.client().get("/healthz", headers={"X-Request-ID": sent})

    assert (answer["X-Request-ID"] == sent) is is_kept


def test_a_database_that_quotes_a_row_is_not_quoted(lines: Lines) -> None:
    def choke() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::int", [CANARY])

    with logs.about(job_id="j"):
        run(Errand(name="choke", every_seconds=1, run=choke))
        logging.getLogger("django-q").error("Failed 'run' (x) - invalid input: %s", CANARY)
        logging.getLogger("lib").warning("trouble\n%s", CANARY)

    assert [line["logger"] for line in lines()][-2:] == ["django-q", "lib"]
    assert "canary" not in json.dumps(lines())


def test_a_line_break_in_an_address_begins_no_line(lines: Lines) -> None:
    callers.client().get("/nowhere%0Ajob%20x:%20done")

    ours = [line for line in lines() if line["logger"] == "imports.api.numbering"]
    assert [line["message"].partition(" -> ")[0] for line in ours] == [
        "GET /nowhere%0Ajob%20x:%20done"
    ]


def test_a_question_to_a_memory_is_not_in_the_log(lines: Lines, settings: Settings) -> None:
    settings.SERVICE_KEYS = callers.KEYS
    user = uuid.uuid4()

    callers.service().get(f"/api/soulprints/{user}/search/?q=canary")
    callers.service().get(f"/api/soulprints/{user}/search/?q=canary&limit=x")

    ours = [line for line in lines() if line["logger"].startswith(("imports", "django."))]
    assert ours
    assert "canary" not in json.dumps(lines())
    assert callers.SECRET not in json.dumps(lines())


@pytest.mark.parametrize("address", ["/api/imports/", "/nowhere"])
def test_a_call_that_is_refused_stands_in_the_log_once(lines: Lines, address: str) -> None:
    callers.client(bearer="nobody.knows").get(address)

    assert [line["logger"] for line in lines()] == ["imports.api.numbering"]


def test_so_does_one_to_a_host_that_is_not_ours(lines: Lines) -> None:
    answer = callers.client(bearer="nobody.knows").get(
        "/admin/login/", headers={"host": "somebody.example"}
    )

    assert answer.status_code == 400
    assert [line["logger"] for line in lines()] == ["imports.api.numbering"]
