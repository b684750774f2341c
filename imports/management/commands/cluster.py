"""``manage.py cluster``: the queue cluster below a supervisor; not meant to be started by hand."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from imports import pipeline, shutdown, wiring

GUARD_SECONDS = 1.0
_born = threading.Event()  # the sentinel, which is the only child of this process


class Command(BaseCommand):
    # Only the settings that concern it: checking addresses would load the whole web side.
    requires_system_checks = ("imports",)
    help = "The queue cluster of `manage.py worker`, which is the command to start."

    def handle(self, *args: Any, **options: Any) -> None:
        if shutdown.VARIABLE not in os.environ:
            raise CommandError("Start `manage.py worker`: it looks after this process.")
        pipeline.preload()
        wiring.preload()
        # Every process looks after itself: whoever is killed, none of the others stays behind.
        os.register_at_fork(
            after_in_child=lambda: _watch(_die_after_supervisor), after_in_parent=_born.set
        )
        _watch(_end_with_supervisor)
        _watch(_end_with_sentinel)
        call_command("qcluster")


def _watch(what: Callable[[], None]) -> None:
    threading.Thread(target=what, daemon=True).start()


def _end_with_supervisor() -> None:
    """Drain when the supervisor drains or dies; a supervisor killed with -9 leaves no orphans."""
    shutdown.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(settings.DRAIN_SECONDS + 2)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _end_with_sentinel() -> None:
    """Kill what is left when the guard is gone: the main process would wait for it for ever."""
    _born.wait()
    time.sleep(GUARD_SECONDS)  # until it is listed
    while multiprocessing.active_children():
        time.sleep(GUARD_SECONDS)
    time.sleep(GUARD_SECONDS)  # an orderly end takes no longer
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _die_after_supervisor() -> None:
    """End this process when neither supervisor nor main process is there to do it."""
    shutdown.wait()
    time.sleep(settings.DRAIN_SECONDS + 3)
    os.kill(os.getpid(), signal.SIGKILL)
