"""``manage.py worker``: runs imports until it is told to stop."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection

from imports import wiring
from imports.errors import Failure
from imports.supervisor import Supervisor
from imports.tables import missing_migrations

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class Command(BaseCommand):
    # Only the settings that concern it: checking addresses would load the whole web side.
    requires_system_checks = ("imports",)
    help = (
        "Run imports: keeps a queue cluster alive, dispatches and sweeps. SIGTERM drains."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_unusable_model()
        _wait_for_tables()
        sys.exit(Supervisor().run())


def _refuse_unusable_model() -> None:
    """Say now what the first import would otherwise say in an hour; nothing is asked of anybody."""
    try:
        wiring.ports().language_model  # noqa: B018 - it is made by being looked at
    except Failure as failure:
        raise CommandError(f"LLM: {failure.detail}") from failure


def _wait_for_tables() -> None:
    """Wait until the database has the tables of this version.

    A platform starts new workers and the migrations at the same time, and in any order.
    """
    said = ""
    while problem := _problem_of_tables():
        if problem != said:
            logger.warning("worker waits: %s", problem)
            said = problem
        time.sleep(LOOK_SECONDS)


def _problem_of_tables() -> str:
    try:
        missing = missing_migrations()
    except DatabaseError as error:
        connection.close()
        return f"the database is away ({type(error).__name__})"
    return f"{missing} migrations have still to run" if missing else ""
