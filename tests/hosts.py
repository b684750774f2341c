"""Machines that run imports: each is a real ``manage.py worker`` with everything below it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from imports.models import ImportJob, Status, Worker

# The order in which a sentinel brings its children up, for two slots.
_CHILDREN = ("worker", "worker", "monitor", "pusher")


def until(condition: Callable[[], object], *, seconds: float = 40) -> float:
    """Wait for something to be so, and give how long that took."""
    began = time.monotonic()
    while not _holds(condition):
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.1)
    return time.monotonic() - began


def _holds(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except DatabaseError:  # the database may be what is being killed
        connection.close()
        return False


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still does anything."""
    # An orphan that was killed stays a zombie where nobody reaps.
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def is_courier(process: psutil.Process) -> bool:
    """Tell whether a process carries questions to a model."""
    with suppress(psutil.Error):
        return "imports.adapters.courier" in process.cmdline()
    return False


class Host:
    """One machine: its objects are shared with others, its spool and its processes are not."""

    def __init__(
        self, house: Path, *, name: str = "", root: Path | None = None, **environment: str
    ) -> None:
        self._root = root or Path(settings.BASE_DIR)
        self.spool = house / f"spool{name}"
        self._environment = {
            "OBJECTS_DIR": str(house / "objects"),
            "SPOOL_DIR": str(self.spool),
            "LEASE_SECONDS": "5",
            "SLICE_SECONDS": "5",
            **environment,
        }
        self._roles: dict[int, str] = {}
        self.seen: set[psutil.Process] = set()
        self.process: subprocess.Popen[bytes]

    def start(self) -> Host:
        """Start the worker on the database of this test, and wait until it is all there.

        Its processes can be told apart by their order only as long as none was replaced.
        """
        self.launch()
        until(self.is_heard_of)
        until(lambda: _CHILDREN[-1] in self.roles())
        return self

    def launch(self) -> None:
        """Start the worker, and do not wait for it."""
        self.process = subprocess.Popen(
            [sys.executable, str(self._root / "manage.py"), "worker"],
            start_new_session=True,
            env=self.environment(),
        )

    def is_heard_of(self) -> bool:
        """Tell whether its supervisor is at work."""
        name = f":{self.process.pid}"
        return Worker.objects.alive().filter(name__endswith=name).exists()

    def environment(self) -> dict[str, str]:
        """Give what a command on this machine sees."""
        return {**os.environ, "DATABASE_URL": database_address(), **self._environment}

    def terminate(self) -> int:
        """Ask it to stop, as a platform does; give the exit code."""
        self.family()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=25)

    def family(self) -> list[psutil.Process]:
        """Give every process below the supervisor."""
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.process.pid).children(recursive=True)
            self.seen.update(family)
            return family
        return []

    def left(self) -> list[psutil.Process]:
        """Give the processes of any of its clusters, ever, that still run."""
        return [process for process in self.seen if is_alive(process)]

    def roles(self) -> dict[str, psutil.Process]:
        """Name the processes by what they do now; those that cannot be told apart are left out."""
        named: dict[str, psutil.Process] = {}
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                named[self._role(process)] = process
        return named

    def restarts(self) -> int:
        """Tell how often its supervisor has replaced the cluster."""
        name = f":{self.process.pid}"
        return Worker.objects.get(name__endswith=name).restarts

    def workers(self) -> list[psutil.Process]:
        """Give the processes that wait for tasks or run them."""
        self.roles()
        return [each for each in self.family() if self._roles.get(each.pid) == "worker"]

    def couriers(self) -> list[psutil.Process]:
        """Give the processes that carry questions, also of workers that are gone."""
        self.family()
        return [each for each in self.seen if is_alive(each) and is_courier(each)]

    def end(self) -> None:
        """Kill whatever is left."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()
        for process in self.left():
            process.kill()

    def _role(self, process: psutil.Process) -> str:
        parent = process.ppid()
        if parent == self.process.pid:
            return "main"
        if psutil.Process(parent).ppid() == self.process.pid:
            return "sentinel"
        if is_courier(process):
            return "courier"
        role = self._child_role(process, parent)
        if role != "worker":
            return role
        return "busy" if _holds_a_job(process.pid) else "idle"

    def _child_role(self, process: psutil.Process, sentinel: int) -> str:
        """Tell the children of a sentinel apart: a new one does what the missing one did."""
        if process.pid not in self._roles:
            siblings = sorted(
                psutil.Process(sentinel).children(), key=lambda each: each.pid
            )
            free = list(_CHILDREN)
            for sibling in siblings:
                if self._roles.get(sibling.pid) in free:
                    free.remove(self._roles[sibling.pid])
            fresh = [each.pid for each in siblings if each.pid not in self._roles]
            self._roles.update(zip(fresh, free, strict=False))
        return self._roles.get(process.pid, "worker")


def _holds_a_job(pid: int) -> bool:
    try:
        return ImportJob.objects.filter(
            status=Status.RUNNING, worker__endswith=f":{pid}"
        ).exists()
    except DatabaseError:
        connection.close()
        return False


def database_address() -> str:
    base, _, _ = os.environ["DATABASE_URL"].partition("?")
    return os.environ["DATABASE_URL"].replace(
        base, f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    )
