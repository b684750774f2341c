"""Keeps what local mode makes up for itself: keys and a password, in one file only its owner reads."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

LOCAL_USER_ID = "00000000-0000-4000-8000-000000000001"
STAFF_NAME = "admin"
SERVICE_KEY_ID = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSecrets:
    secret_key: str
    service_secret: str
    staff_password: str

    @property
    def service_key(self) -> str:
        """Give the key as a caller sends it: ``Authorization: Bearer <this>``."""
        return f"{SERVICE_KEY_ID}.{self.service_secret}"

    @property
    def service_keys_setting(self) -> str:
        digest = hashlib.sha256(self.service_secret.encode()).hexdigest()
        return f"{SERVICE_KEY_ID}:{digest}"


def local_secrets(path: Path) -> LocalSecrets:
    """Read the secrets of this machine; the first call makes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked: of two processes that start together one wins, and nobody
        # ever reads half a file.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(asdict(_make()), indent=2))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return LocalSecrets(**json.loads(path.read_text()))


def _make() -> LocalSecrets:
    return LocalSecrets(
        secret_key=secrets.token_urlsafe(48),
        service_secret=secrets.token_urlsafe(32),
        staff_password=secrets.token_urlsafe(9),
    )
