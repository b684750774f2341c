"""``manage.py run``: the whole house on one machine, until Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.panel import Panel

HOST = "127.0.0.1"
READY_SECONDS = 30
STOP_SECONDS = 30
# Granian reads a body in buffers of up to 408 kB, each made anew: an upload of 3 GB leaves 30 MB
# of fragments behind. Buffers as large as the blocks that we ask for are used again.
BODY_BUFFER = 65_536


class Command(BaseCommand):
    help = "Run page, console, API and worker on this machine. Ctrl-C stops everything."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL_SECRETS:
            raise CommandError("This is for your own machine: set LOCAL_MODE=1.")
        port = settings.PORT
        _refuse_busy(port)
        console = Console()
        with console.status("Preparing the database"):
            call_command("migrate", verbosity=0)
            _ensure_staff(settings.LOCAL_SECRETS)
        house = House(port)
        house.start()
        try:
            with console.status("Starting"):
                house.wait_until_ready()
            console.print(_welcome(port, settings.LOCAL_SECRETS))
            house.watch()
        finally:
            with console.status("Stopping: imports are put back and go on next time"):
                house.stop()
            console.print("Stopped. Your data is kept; start again to go on.")


class House:
    """The web server and the worker, each in a session of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stop = threading.Event()

    def start(self) -> None:
        """Start both; Ctrl-C reaches this process only, which ends them in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        self._spawn(serving(self._port))
        self._spawn([str(Path(settings.BASE_DIR) / "manage.py"), "worker"])

    def wait_until_ready(self) -> None:
        """Wait until the page answers.

        :raises CommandError: it does not, or a process ended
        """
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and not self._stop.is_set():
            self._refuse_ended()
            try:
                httpx.get(f"http://{HOST}:{self._port}/healthz", timeout=2, trust_env=False)
                return
            except httpx.TransportError:
                time.sleep(0.1)
        if not self._stop.is_set():
            raise CommandError(f"The page did not answer within {READY_SECONDS} s.")

    def watch(self) -> None:
        """Return when somebody asks to stop.

        :raises CommandError: a process ended by itself
        """
        while not self._stop.wait(0.5):
            self._refuse_ended()

    def stop(self) -> None:
        """End the worker first, so that its last words still find the database."""
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _spawn(self, arguments: list[str]) -> None:
        self._processes.append(
            subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, *arguments],
                start_new_session=True,
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": settings.DATABASE_URL},
            )
        )

    def _refuse_ended(self) -> None:
        for process in self._processes:
            if process.poll() is not None:
                raise CommandError(f"A process ended with {process.returncode}; see above.")


def serving(port: int) -> list[str]:
    """Give what Python is called with to answer at a port of this machine."""
    return [
        "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--http1-buffer-size", str(BODY_BUFFER),
        "--no-ws", "--log-level", "warning", "soulprint.wsgi:application",
    ]  # fmt: skip


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken. Is soulprint running already? Or choose: PORT=8001"
            ) from None


def _ensure_staff(secrets: Any) -> None:
    """Make the staff account of this machine, and keep its password the one that is printed."""
    logging.getLogger("django.security").setLevel(logging.ERROR)
    users = get_user_model().objects
    staff, _ = users.get_or_create(
        username=settings.LOCAL_STAFF_NAME,
        defaults={"is_staff": True, "is_superuser": True},
    )
    if not staff.check_password(secrets.staff_password):
        staff.set_password(secrets.staff_password)
        staff.save(update_fields=["password"])


def _welcome(port: int, secrets: Any) -> Panel:
    here = f"http://{HOST}:{port}"
    lines = (
        f"[bold]Page[/]         {here}/",
        f"[bold]Console[/]      {here}/admin/   {settings.LOCAL_STAFF_NAME} / {secrets.staff_password}",
        f"[bold]API[/]          {here}/api/docs/",
        f"[bold]Service key[/]  {secrets.service_key}",
        "",
        f"Engine: {settings.LLM}, embeddings: {settings.EMBEDDINGS}. Ctrl-C stops everything.",
    )
    return Panel("\n".join(lines), title="soulprint", expand=False)
