"""Counts what changes anything, per caller and minute, in PostgreSQL so that it holds across processes.

Reading is not counted: a count is a write, and polls are many. A user's searches are: one takes as long
as dozens of polls, and one person's must not hold up everybody. A service asks for many people. Who
calls is the principal, never an address, which anybody can make up behind a proxy.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from imports.api.principals import Kind, caller
from imports.api.problems import TooManyCalls
from imports.models import ServiceThrottle

_COUNT = f"""
    INSERT INTO {ServiceThrottle._meta.db_table} AS counted (principal, window_start, hits)
    VALUES (%s, date_trunc('minute', clock_timestamp()), 1)
    ON CONFLICT (principal, window_start) DO UPDATE SET hits = counted.hits + 1
    RETURNING hits, 60 - floor(extract(second FROM clock_timestamp()))::int
"""  # noqa: S608 - the name of our own table


class CallsPerMinute(BaseThrottle):
    """So many calls a minute that start, retry or cancel; ``API_CALLS_PER_MINUTE`` by kind."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.method in SAFE_METHODS:
            return True
        who = caller(request)
        _count_or_refuse(str(who), most=settings.API_CALLS_PER_MINUTE[who.kind])
        return True


class SearchesPerMinute(BaseThrottle):
    """So many questions of one user a minute, ``API_SEARCHES_PER_MINUTE``."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        who = caller(request)
        if who.kind is Kind.USER:
            _count_or_refuse(f"search {who}", most=settings.API_SEARCHES_PER_MINUTE)
        return True


def _count_or_refuse(principal: str, *, most: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [principal[:200]])
        hits, seconds_left = cursor.fetchone()
    if hits > most:
        raise TooManyCalls(headers={"Retry-After": str(seconds_left)})
