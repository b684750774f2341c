"""``manage.py cluster``: the queue cluster below a supervisor; not meant to be started by hand."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from imports import shutdown


class Command(BaseCommand):
    # Only the settings that concern it: checking addresses would load the whole web side.
    requires_system_checks = ("imports",)
    help = "The queue cluster of `manage.py worker`, which is the command to start."

    def handle(self, *args: Any, **options: Any) -> None:
        if shutdown.VARIABLE not in os.environ:
            raise CommandError("Start `manage.py worker`: it looks after this process.")
        threading.Thread(target=_end_with_supervisor, daemon=True).start()
        call_command("qcluster")


def _end_with_supervisor() -> None:
    """Drain when the supervisor drains or dies; a supervisor killed with -9 leaves no orphans."""
    shutdown.wait()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(settings.DRAIN_SECONDS + 2)
    os.killpg(os.getpgid(0), signal.SIGKILL)
