"""Exports to download, and the two places from which they come."""

from __future__ import annotations

import io
import json
import random
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imports.adapters.patience import Patience
from imports.models import ImportJob
from imports.pipeline import download, spool
from imports.ports import Progress
from tests.ports import Ports

MB = 1 << 20
USER = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")
PATH = f"imports/{USER}/export"
HASTE = Patience(
    first_wait_seconds=0.001, longest_wait_seconds=0.01, missing_wait_seconds=0.01
)


def shard(seed: int, *, megabytes: int = 3) -> bytes:
    """A JSON array that deflates to about half of its size."""
    chance = random.Random(seed)
    words = [chance.randbytes(1_500).hex() for _ in range(megabytes * MB // 3_000)]
    return json.dumps(words).encode()


SHARDS = {f"conversations-{number:03}.json": shard(number) for number in range(3)}


def packed(
    files: dict[str, bytes] = SHARDS, *, images: int = 12, how: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP as ChatGPT makes it: images before and after the conversations."""
    chance = random.Random(99)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for number in range(images // 2):
            archive.writestr(f"file-{number}.png", chance.randbytes(MB))
        for name, content in files.items():
            archive.writestr(name, content)
        for number in range(images // 2, images):
            archive.writestr(f"file-{number}.png", chance.randbytes(MB))
    return target.getvalue()


ZIP = packed()
PLAIN = shard(7, megabytes=10)


class Place:
    """Somewhere to upload to, whichever store stands behind it."""

    def __init__(self, objects: Any, hold: Callable[[bytes], object], spool: Path) -> None:
        self.ports = Ports(objects=objects, spool=spool)
        self.hold = hold
        self.spool = spool


def run(job: ImportJob, place: Place) -> list[Progress]:
    return list(download.run(job, place.ports))


def spooled(job: ImportJob, place: Place) -> list[bytes]:
    parts = spool.parts_of(place.spool, job.id)
    assert parts is not None
    return [path.read_bytes() for path in parts]


def stop_after(job: ImportJob, place: Place, yields: int) -> None:
    """Begin, and be ended by the runner at a yield, as by the end of a slice."""
    stage = download.run(job, place.ports)
    for _ in range(yields):
        next(stage, None)
    stage.close()


def stop_at_every_yield(job: ImportJob, place: Place, yields: int) -> None:
    for number in range(1, yields):
        stop_after(job, place, number)
