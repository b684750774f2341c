"""``render.yaml`` is a Blueprint that Render accepts, and says what the house needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BLUEPRINT: dict[str, Any] = yaml.safe_load((ROOT / "render.yaml").read_text())
SCHEMA = json.loads((ROOT / "tests/samples/render/blueprint.schema.json").read_text())
SERVICES = {service["type"]: service for service in BLUEPRINT["services"]}
MEGABYTES = {"starter": 512, "standard": 2048}
# What a process takes at its peak (README, "Measured"), and what stands around it.
WEB_PROCESS, WORKER_PROCESS, OTHER_PROCESS = 110, 191, 75


def test_it_has_only_keys_that_render_knows() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(BLUEPRINT)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", 0, "maxShutdownDelaySeconds"), 301),
        (("services", 0, "startcommand"), "exec true"),
        (("services", 1, "healthCheckPath"), "/healthz"),
        (("services", 1, "numInstances"), 2),
        (("databases", 0, "postgresMajorVersion"), 17),
        (("databases", 0, "diskSizeGB"), 12),
        (("envVarGroups", 0, "envVars", 0), {"key": "A", "sync": False}),
        (("regions",), []),
    ],
    ids=lambda value: str(value),
)
def test_what_render_would_refuse_is_refused(path: tuple[Any, ...], value: Any) -> None:
    broken = yaml.safe_load((ROOT / "render.yaml").read_text())
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(broken)


def test_what_it_refers_to_is_there() -> None:
    groups = {group["name"] for group in BLUEPRINT["envVarGroups"]}
    databases = {database["name"] for database in BLUEPRINT["databases"]}
    entries = [entry for service in SERVICES.values() for entry in service["envVars"]]

    asked = {entry["fromGroup"] for entry in entries if "fromGroup" in entry}
    named = {e["fromDatabase"]["name"] for e in entries if "fromDatabase" in e}

    assert asked == groups
    assert named == databases


def test_signals_reach_python_and_not_a_shell() -> None:
    commands = [service["startCommand"] for service in SERVICES.values()]

    assert all(command.startswith("exec ") for command in commands)


def test_everything_stands_in_one_region_and_the_database_is_private() -> None:
    places = [*BLUEPRINT["services"], *BLUEPRINT["databases"]]

    assert len({place["region"] for place in places}) == 1
    assert [database["ipAllowList"] for database in BLUEPRINT["databases"]] == [[]]


def test_a_worker_has_time_to_hand_its_work_back() -> None:
    worker = SERVICES["worker"]

    assert worker["maxShutdownDelaySeconds"] > settings.DRAIN_SECONDS + 5


def test_the_plans_hold_what_was_measured() -> None:
    web = 2 * WEB_PROCESS + OTHER_PROCESS
    # Supervisor, main process, guard, pusher and monitor of the queue.
    worker = settings.WORKERS * WORKER_PROCESS + 5 * OTHER_PROCESS

    assert web < MEGABYTES[SERVICES["web"]["plan"]] * 0.8
    assert worker < MEGABYTES[SERVICES["worker"]["plan"]] * 0.8


def test_secrets_are_typed_into_the_dashboard_and_stand_nowhere_here() -> None:
    entries = {e["key"]: e for e in SERVICES["web"]["envVars"] if "key" in e}

    secrets = [key for key in entries if key.endswith(("_KEY", "_KEYS", "_SECRET"))]

    assert len(secrets) >= 5
    assert all(entries[key].get("sync") is False for key in secrets)


def test_python_is_named_to_the_last_digit() -> None:
    (version,) = (
        e["value"] for e in SERVICES["web"]["envVars"] if e.get("key") == "PYTHON_VERSION"
    )

    assert tuple(map(int, version.split("."))) >= (3, 11, 9)
