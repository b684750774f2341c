"""What local mode makes up for itself."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from soulprint.local import local_secrets


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    first = local_secrets(tmp_path / "var" / "local.json")

    assert local_secrets(tmp_path / "var" / "local.json") == first


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    local_secrets(tmp_path / "local.json")

    assert stat.S_IMODE((tmp_path / "local.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["local.json"]


def test_two_machines_have_nothing_in_common(tmp_path: Path) -> None:
    here, there = local_secrets(tmp_path / "a.json"), local_secrets(tmp_path / "b.json")

    assert here.secret_key != there.secret_key
    assert here.staff_password != there.staff_password


def test_the_setting_holds_the_digest_of_the_key_and_not_the_key(tmp_path: Path) -> None:
    secrets = local_secrets(tmp_path / "local.json")

    key_id, digest = secrets.service_keys_setting.split(":")
    assert secrets.service_key == f"{key_id}.{secrets.service_secret}"
    assert digest == hashlib.sha256(secrets.service_secret.encode()).hexdigest()
