"""Counts what changes anything, per caller and minute, in PostgreSQL so that it holds across processes.

Reading is not counted: a count is a write, and polls are many. Who calls is the principal, never
an address, which anybody can make up behind a proxy.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from imports.api.principals import caller
from imports.api.problems import TooManyCalls
from imports.models import ServiceThrottle

WINDOW = timedelta(minutes=1)
KEPT = timedelta(hours=1)

_COUNT = f"""
    INSERT INTO {ServiceThrottle._meta.db_table} AS counted (principal, window_start, hits)
    VALUES (%s, date_trunc('minute', clock_timestamp()), 1)
    ON CONFLICT (principal, window_start) DO UPDATE SET hits = counted.hits + 1
    RETURNING hits, extract(epoch FROM window_start)
"""  # noqa: S608 - the name of our own table


class CallsPerMinute(BaseThrottle):
    """So many calls a minute that start, retry or cancel; ``API_CALLS_PER_MINUTE`` by kind."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS:
            return True
        who = caller(request)
        hits, window_start = _count(str(who))
        if hits == 1:
            ServiceThrottle.objects.filter(window_start__lt=Now() - KEPT).delete()
        if hits > settings.API_CALLS_PER_MINUTE[who.kind]:
            raise TooManyCalls(headers={"Retry-After": str(_rest(window_start))})
        return True


def _count(principal: str) -> tuple[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [principal[:200]])
        hits, started = cursor.fetchone()
    return hits, datetime.fromtimestamp(float(started), UTC)


def _rest(window_start: datetime) -> int:
    rest = window_start + WINDOW - datetime.now(UTC)
    return max(1, min(60, round(rest.total_seconds()) + 1))
