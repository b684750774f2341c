"""A worker whose exports lie in a remote store, and who waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from imports import wiring
from imports.adapters.objects_supabase import SupabaseObjects
from imports.adapters.patience import Patience
from tests.fakes.storage import KEY, FakeStorage
from tests.ports import Ports

_HASTE = Patience(
    first_wait_seconds=0.001, longest_wait_seconds=0.01, missing_wait_seconds=0.01
)


@contextmanager
def remote_store(
    storage: FakeStorage, *, spool: Path, timeout_seconds: float
) -> Iterator[Ports]:
    """Give the ports of a worker on this store."""
    objects = SupabaseObjects(
        storage.url,
        KEY,
        ["imports"],
        timeout=httpx.Timeout(timeout_seconds),
        patience=_HASTE,
    )
    engines = wiring.ports()
    yield Ports(
        objects=objects,
        spool=spool,
        language_model=engines.language_model,
        stand_in=engines.stand_in,
        embedder=engines.embedder,
    )
    objects.close()
