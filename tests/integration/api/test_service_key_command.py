"""manage.py service_key: what it prints works."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from soulprint import env
from tests.integration.api.callers import client


@pytest.mark.django_db
def test_the_printed_key_opens_the_door_once_its_hash_is_set(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.StringIO()
    call_command("service_key", "vercel", stdout=said)
    key = re.search(r"Bearer (\S+)", said.getvalue())[1]  # type: ignore[index]
    line = re.search(r"SERVICE_KEYS=(\S+)", said.getvalue())[1]  # type: ignore[index]
    monkeypatch.setenv("SERVICE_KEYS", line)
    settings.SERVICE_KEYS = env.service_keys("SERVICE_KEYS")

    answer = client(bearer=key).get("/api/import/status", {"user_id": str(uuid.uuid4())})

    assert answer.status_code == 200


def test_a_name_that_would_break_the_setting_is_refused() -> None:
    with pytest.raises(CommandError):
        call_command("service_key", "a,b")


@pytest.mark.parametrize(
    "setting", ["site", "site:abc", "site:" + "G" * 64, f"a:{'0' * 64},a:{'1' * 64}"]
)
def test_a_setting_that_cannot_be_read_stops_the_start(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICE_KEYS", setting)

    with pytest.raises(env.BadSetting):
        env.service_keys("SERVICE_KEYS")
