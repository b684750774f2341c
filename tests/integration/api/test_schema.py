"""The OpenAPI document: served, shown without any other host, and true."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from django.conf import LazySettings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck

from imports.api import examples
from imports.api.problems import all_problems
from imports.api.views.documents import Document
from imports.models import IdempotencyKey, StageLog, Status, Worker
from imports.pipeline.sections import take_five, take_memory
from tests.factories import NOW, make_job
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.integration.api.callers import client
from tests.integration.api.house import furnish

OWNER = uuid.UUID("11111111-1111-4111-8111-111111111111")
JOB = uuid.UUID("33333333-3333-4333-8333-333333333333")


def document() -> dict[str, Any]:
    return json.loads(client().get("/api/schema/").content)


def test_the_document_is_served_to_everybody() -> None:
    served = document()

    assert served["openapi"].startswith("3.1")
    assert {"/api/imports/", "/import-full", "/api/import/status"} <= served["paths"].keys()
    assert "/api/imports" not in served["paths"]
    assert served["components"]["securitySchemes"].keys() == {
        "serviceKey",
        "userToken",
        "session",
    }


def test_the_document_is_made_once_whatever_it_is_asked_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = client().get("/api/schema/").content
    monkeypatch.setattr(Document, "generator_class", None)

    again = client().get("/api/schema/?version=2&lang=de", headers={"Accept": "text/yaml"})

    assert again.content == first


def test_what_only_users_may_call_says_so() -> None:
    security = document()["paths"]["/api/import/trigger"]["post"]["security"]

    assert security == [{"userToken": []}, {"session": []}]


def test_the_document_lists_every_code() -> None:
    description = document()["info"]["description"]

    assert {problem.code for problem in all_problems()} == set(
        re.findall(r"^\| `(\w+)`", description, re.MULTILINE)
    )


def test_names_in_the_list_of_codes_are_no_tags_of_a_page() -> None:
    description = document()["info"]["description"]

    assert "It must read `<bucket>/<user_id>/<name>`." in description


@pytest.mark.parametrize(("question", "fits"), [("", True), ("tea", True), ("\0", False)])
def test_the_document_takes_the_questions_that_a_search_takes(
    question: str, fits: bool
) -> None:
    path = document()["paths"]["/api/soulprints/{user_id}/search/"]
    asked = {each["name"]: each["schema"] for each in path["get"]["parameters"]}

    assert jsonschema_rs.is_valid(asked["q"], question) is fits


def examples_of(schema: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """List every example of an answer: of which, the schema it must fit, and the example."""
    contents = [
        (f"{operation['operationId']} {status}", content)
        for path in schema["paths"].values()
        for operation in path.values()
        for status, answer in operation["responses"].items()
        for content in answer.get("content", {}).values()
    ]
    return [
        (name, content["schema"] | {"components": schema["components"]}, shown["value"])
        for name, content in contents
        for shown in content.get("examples", {}).values()
    ]


def test_every_result_is_shown_by_an_example_that_fits() -> None:
    shown = examples_of(document())

    assert {
        "startImport 202",
        "getImport 200",
        "getSoulprint 200",
        "listFacts 200",
        "searchMemory 200",
    } <= {name for name, _, _ in shown}
    misfits = [name for name, schema, value in shown if not _fits(schema, value)]
    assert misfits == []


def _fits(schema: dict[str, Any], value: Any) -> bool:
    return bool(jsonschema_rs.is_valid(schema, value, validate_formats=True))


def test_the_soulprint_of_the_example_has_the_fields_of_one() -> None:
    sections = examples.SOULPRINT.value["sections"]

    taken = take_five(sections), take_memory(sections)

    assert taken[0].sections | taken[1].sections == sections


def test_a_set_of_choices_has_one_name_wherever_it_stands() -> None:
    shapes = document()["components"]["schemas"]

    assert shapes["Job"]["properties"]["stage"] == {"$ref": "#/components/schemas/Stage"}
    for shape, field in (("LogLine", "stage"), ("RetryBody", "from_stage")):
        choices = shapes[shape]["properties"][field]["oneOf"]
        assert {"$ref": "#/components/schemas/Stage"} in choices
    assert "x-spec" not in json.dumps(shapes)


def test_no_shape_tells_how_it_was_made() -> None:
    described = {
        name: shape["description"]
        for name, shape in document()["components"]["schemas"].items()
        if "properties" in shape and "description" in shape
    }

    assert described == {"Problem": "An error, after RFC 9457."}


def test_who_has_to_wait_is_told_for_how_long() -> None:
    answers = document()["paths"]["/api/imports/"]["post"]["responses"]

    told = {
        code for code, each in answers.items() if "Retry-After" in each.get("headers", {})
    }
    assert told == {"202", "429", "503"}


def test_every_kind_of_problem_has_a_code_of_its_own() -> None:
    codes = [problem.code for problem in all_problems()]

    assert len(codes) == len(set(codes))


def test_the_documentation_page_asks_no_other_host() -> None:
    page = client().get("/api/docs/").content.decode()

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert [address for address in addresses if not address.startswith("/")] == []


def keep_a_house() -> None:
    """Make one of everything that can be asked for."""
    job = make_job(
        id=JOB, user_id=OWNER, status=Status.FAILED, error_code="x", error_title="X."
    )
    for_long = datetime.now(UTC) + timedelta(hours=1)
    Worker.objects.create(name="host:1", slots=2, beat_at=for_long)
    StageLog.objects.create(job=job, stage="ingest", outcome="failed", ended_at=NOW)
    StageLog.objects.create(job=job, kind="action", action="retried", actor="staff ada")
    furnish(job)


# Loaded from the running application, as a client would.
schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())


@schema.hook
def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Ask for what is there, whenever the value is valid at all."""
    known = {"job_id": JOB, "user_id": OWNER}
    return {
        name: str(known[name]) if is_uuid(value) else value
        for name, value in (path_parameters or {}).items()
    }


@schema.hook
def map_query(context: Any, query: Any) -> Any:
    """No schema can say which cursors were given out, or who the token speaks for."""
    return {
        name: of_owner(value) for name, value in (query or {}).items() if name != "cursor"
    }


@schema.hook
def map_body(context: Any, body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    return {name: of_owner(value) for name, value in body.items()}


def is_uuid(value: Any) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
    )


def of_owner(value: Any) -> Any:
    """Let a valid value name the user whom the token speaks for."""
    if is_uuid(value):
        return str(OWNER)
    if isinstance(value, str) and re.match(r"(user-)?imports/[0-9a-f-]{36}/", value):
        bucket, _, rest = value.split("/", 2)
        return f"{bucket}/{OWNER}/{rest}"
    return value


@pytest.fixture
def bearers(
    auth: FakeAuth, settings: LazySettings, transactional_db: None
) -> dict[str, str]:
    settings.API_CALLS_PER_MINUTE = {"user": 1_000_000, "service": 1_000_000}
    settings.API_SEARCHES_PER_MINUTE = 1_000_000
    keep_a_house()
    return {"user": auth.token(sub=str(OWNER)), "service": callers.SERVICE_KEY}


def explored(examples: int) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def ask(case: schemathesis.Case, bearer: str) -> None:
    IdempotencyKey.objects.all().delete()  # no schema can say which keys are used up

    case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"})


@schema.parametrize()
@explored(6)
def test_every_answer_is_as_documented(
    case: schemathesis.Case, bearers: dict[str, str]
) -> None:
    ask(case, bearers["user"])


@pytest.mark.chaos
@pytest.mark.timeout(600)
@schema.parametrize()
@explored(250)
def test_every_answer_to_a_user_is_as_documented_however_long_one_asks(
    case: schemathesis.Case, bearers: dict[str, str]
) -> None:
    ask(case, bearers["user"])


@pytest.mark.chaos
@pytest.mark.timeout(600)
@schema.exclude(path="/api/import/trigger").parametrize()
@explored(250)
def test_every_answer_to_a_service_is_as_documented_however_long_one_asks(
    case: schemathesis.Case, bearers: dict[str, str]
) -> None:
    ask(naming_a_user(case), bearers["service"])


def naming_a_user(case: schemathesis.Case) -> schemathesis.Case:
    """Say who is meant wherever that may be said: a token implies it, a key does not."""
    if "user_id" in {each.name for each in case.operation.query}:
        case.query = {"user_id": str(OWNER), **(case.query or {})}
    if isinstance(case.body, dict) and case.path in ("/api/imports/", "/import-full"):
        case.body = {"user_id": str(OWNER), **case.body}
    return case
