"""A start with settings that are missing or contradict each other ends with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from imports.runner.heartbeat import SILENCE_SECONDS
from imports.runner.watch import SLICE_GRACE_SECONDS
from soulprint.queue import queue_of

PRODUCTION = {
    "SECRET_KEY": "a-secret-key-of-fifty-letters-that-nobody-could-guess-1",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "ALLOWED_HOSTS": "example.org",
}


def _start(*program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *program],
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "soulprint.settings", **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY: is not set."),
        ({"DATABASE_URL": ""}, "DATABASE_URL: is not set."),
        ({"DATABASE_URL": "mysql://ada:secret@db/x"}, "DATABASE_URL: must begin with postgres://"),
        ({"DATABASE_URL": "db.example.org"}, "DATABASE_URL: must begin with postgres://"),
        ({"DATABASE_URL": "postgres://ada:s/e@db:port/x"}, "DATABASE_URL: cannot be read. Write"),
        ({"MAX_EXPORT_BYTES": "inf"}, "MAX_EXPORT_BYTES: cannot be read: 'inf'"),
        ({"MAX_EXPORT_BYTES": "-5GB"}, "MAX_EXPORT_BYTES: must be at least 1 byte"),
        ({"PORT": "80000"}, "PORT: must be at most 65535"),
        ({"SUPABASE_URL": "https://x.supabase.co"}, "SUPABASE_SERVICE_KEY: and SUPABASE_URL"),
        ({"SUPABASE_URL": "x.supabase.co"}, "SUPABASE_URL: must begin with https://"),
        ({"SUPABASE_JWT_SECRET": "x" * 40}, "SUPABASE_JWT_SECRET: is of no use"),
        ({"MIRROR": "supabase"}, "MIRROR: is supabase, but SUPABASE_URL is not set"),
        ({"ALERT_WEBHOOK": "hooks"}, "ALERT_WEBHOOK: must begin with https://"),
        ({"LLM": "anthropic"}, "LLM: is anthropic, but ANTHROPIC_API_KEY is not set"),
        ({"LLM": "gpt"}, "LLM: must be one of local, anthropic, bedrock"),
        ({"IMPORT_BUDGET_USD": "-1"}, "IMPORT_BUDGET_USD: must be at least 0"),
        ({"IMPORT_BUDGET_USD": "nan"}, "IMPORT_BUDGET_USD: must be at least 0"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: must be one of"),
        ({"LEASE_SECONDS": "1"}, "LEASE_SECONDS: must be at least 3"),
        ({"SERVICE_KEYS": "site"}, "SERVICE_KEYS: must read kid:sha256hex"),
        ({"FAULT": "claim.claimed:1:kill"}, "FAULT: is for tests"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_contradiction_stops_the_start(
    changes: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {k: v for k, v in {**PRODUCTION, **changes}.items() if v}

    with pytest.raises(SystemExit) as stopped:
        _read_settings(environment, monkeypatch)

    assert sentence in str(stopped.value)


def _read_settings(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Run the file as a start would, aside from the settings of this test run."""
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    path = django_settings.BASE_DIR / "soulprint" / "settings.py"
    names: dict[str, Any] = {"__file__": str(path), "__name__": "soulprint.settings"}
    exec(compile(path.read_text(), str(path), "exec"), names)  # noqa: S102 - our own file
    return names


def test_the_name_that_render_gives_is_allowed_beside_those_that_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {**PRODUCTION, "RENDER_EXTERNAL_HOSTNAME": "soulprint.onrender.com"}

    names = _read_settings(environment, monkeypatch)

    assert names["ALLOWED_HOSTS"] == ["example.org", "soulprint.onrender.com"]
    assert names["LOG_FORMAT"] == "json"


def test_a_database_that_vanishes_is_given_up_within_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = _read_settings(PRODUCTION, monkeypatch)["DATABASES"]["default"]["OPTIONS"]

    silence = options["keepalives_interval"] * options["keepalives_count"]
    assert options["connect_timeout"] == 5
    assert options["keepalives_idle"] + silence == 30
    assert options["tcp_user_timeout"] == 30_000


@pytest.mark.parametrize(
    ("name", "value", "id_"),
    [
        ("EMBEDDED_TIERS", ["micro", "tiny"], "imports.E005"),
        ("CORS_ALLOWED_ORIGINS", ["https://example.org/app"], "imports.E006"),
        ("IMPORT_BUCKETS", [], "imports.E007"),
    ],
)
def test_a_name_that_is_written_wrong_is_found_by_the_checks(
    name: str, value: object, id_: str, settings: Settings
) -> None:
    setattr(settings, name, value)

    assert [problem.id for problem in run_checks(tags=["imports"])] == [id_]


@pytest.mark.parametrize("seconds", [1, 5, 75, 600])
@pytest.mark.parametrize("workers", [1, 2, 8])
def test_nobody_is_killed_in_a_slice_however_short_slices_are(
    seconds: int, workers: int, settings: Settings
) -> None:
    settings.SLICE_SECONDS = seconds

    settings.Q_CLUSTER = queue_of(workers=workers, slice_seconds=seconds, recycle=1)

    longest = 2 * seconds + SLICE_GRACE_SECONDS + SILENCE_SECONDS
    assert settings.Q_CLUSTER["timeout"] >= longest
    assert run_checks(tags=["imports"]) == []


def test_the_web_does_not_start_without_a_host_to_answer_for() -> None:
    environment = {k: v for k, v in PRODUCTION.items() if k != "ALLOWED_HOSTS"}

    ended = _start("-c", "import soulprint.wsgi", **environment)

    assert (ended.returncode, "ALLOWED_HOSTS: is not set." in ended.stderr) == (1, True)


def test_a_worker_does_not_start_with_a_model_whose_price_nobody_knows() -> None:
    ended = _start(
        "manage.py",
        "worker",
        **PRODUCTION,
        LLM="anthropic",
        ANTHROPIC_API_KEY="sk-made-up",
        LLM_MODEL="claude-unheard-of-9",
    )

    assert ended.returncode == 1
    assert 'Set LLM_PRICES to "claude-unheard-of-9=' in ended.stderr
