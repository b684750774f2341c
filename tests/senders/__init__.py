"""Clients that others wrote, as programs of their own, and the files that they send by tus."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings

PIECE = 6 * 1024 * 1024
_HERE = Path(__file__).parent
_LIBRARY = settings.BASE_DIR / "templates/static/pages/vendor/tus.min.js"
_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="no Node on this machine")
# The client of our page; that of other people's programs, without and with a sum for each piece.
SENDERS = [
    pytest.param("tus-js-client", marks=_NODE),
    "tuspy",
    "tuspy with checksums",
]


def start_sender(
    name: str, endpoint: str, file: Path, *, wait_ms: int, piece: int = PIECE
) -> subprocess.Popen[str]:
    """Start a client that prints, once all has arrived, where it lies."""
    key, user_id = settings.LOCAL_SECRETS.service_key, str(uuid.uuid4())
    what = [endpoint, key, user_id, str(file), str(wait_ms), str(piece)]
    return subprocess.Popen(
        _command(name, what),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )


def _command(name: str, what: Sequence[str]) -> list[str]:
    if name == "tus-js-client":
        return ["node", str(_HERE / "tus_js_sends.cjs"), str(_LIBRARY), *what]
    has_checksums = str(int(name.endswith("checksums")))
    return [sys.executable, str(_HERE / "tuspy_sends.py"), *what, has_checksums]


def arrived(sender: subprocess.Popen[str], *, seconds: float) -> str:
    """Wait until a client has sent its file, and give the path of the object."""
    path, trouble = sender.communicate(timeout=seconds)
    assert sender.returncode == 0, trouble
    return path.strip()


def write_file(path: Path, *, size: int) -> str:
    """Write a file that cannot be confused with itself shifted; give its SHA-256."""
    dice, summed = random.Random(7), hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(size // 1_000_000):
            block = dice.randbytes(1_000_000)
            summed.update(block)
            file.write(block)
    return summed.hexdigest()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
