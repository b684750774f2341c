"""Whether the house stands: alive needs nothing, ready needs the database and somebody who works."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import OperationalError, ProgrammingError, connection, transaction
from django.http import HttpResponse
from rest_framework.request import Request

from imports.api.answers import answer
from imports.api.problems import NotReady
from imports.api.schema import documented
from imports.api.shapes import Alive, Readiness
from imports.api.views.base import ApiView
from imports.models import ImportJob, Worker
from imports.tables import missing_migrations

LONGEST_WAIT_SECONDS = 300


class Open(ApiView):
    """Answers everybody."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []


class Health(Open):
    @documented(
        "isAlive",
        "Is the process alive?",
        tag="health",
        answers={200: Alive},
        fails=(),
        is_open=True,
    )
    def get(self, request: Request) -> HttpResponse:
        """Looks at nothing else: a database outage must not restart the web service."""
        return answer({"status": "ok"})


class Ready(Open):
    is_migrated: ClassVar[bool] = False

    @documented(
        "isReady",
        "Can imports be done?",
        tag="health",
        answers={200: Readiness},
        fails=(503,),
        is_open=True,
    )
    def get(self, request: Request) -> HttpResponse:
        """For monitors: the database answers, its tables are of today, workers work."""
        try:
            state = self._state()
        except OperationalError:
            raise NotReady("The database does not answer.") from None
        except ProgrammingError:
            raise NotReady("Migrations are missing.") from None  # all of them
        if not self._has_todays_tables():
            raise NotReady("Migrations are missing.", **state)
        if not state["workers"]:
            raise NotReady("No worker has been heard of.", **state)
        if (state["oldest_waiting_seconds"] or 0) > LONGEST_WAIT_SECONDS:
            raise NotReady("Imports wait too long.", **state)
        return answer({"status": "ready", **state})

    def _state(self) -> dict[str, Any]:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '1s'")
            wait = ImportJob.objects.waiting().longest_wait()
            workers = Worker.objects.alive().count()
        seconds = None if wait is None else int(wait.total_seconds())
        return {"workers": workers, "oldest_waiting_seconds": seconds}

    def _has_todays_tables(self) -> bool:
        if not Ready.is_migrated:
            Ready.is_migrated = not missing_migrations()
        return Ready.is_migrated
