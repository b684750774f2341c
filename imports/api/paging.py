"""Pages by cursor: a place in an order that later rows cannot shift."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from imports.api.answers import root_of
from imports.api.problems import NoSuchPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    rows: Sequence[Any]
    next_cursor: str | None

    def present(
        self, request: Request, one: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Give the page as it is answered."""
        following = None
        if self.next_cursor:
            query = request.query_params.copy()
            query["cursor"] = self.next_cursor
            following = f"{root_of(request)}{request.path}?{query.urlencode()}"
        return {"results": [one(row) for row in self.rows], "next": following}


def newest_first(rows: QuerySet[Any], *, cursor: str | None, limit: int) -> Page:
    """Page rows with a UUID by the time they were made, the newest first."""
    if cursor:
        at, key = _place(cursor, uuid.UUID)
        rows = rows.filter(created_at__lte=at).exclude(Q(created_at=at, id__gte=key))
    found = list(rows.order_by("-created_at", "-id")[: limit + 1])
    return _cut(found, limit, lambda row: [row.created_at.isoformat(), str(row.id)])


def in_order(rows: QuerySet[Any], *, cursor: str | None, limit: int) -> Page:
    """Page numbered rows by the time they began, the first one first."""
    if cursor:
        at, key = _place(cursor, int)
        rows = rows.filter(started_at__gte=at).exclude(Q(started_at=at, id__lte=key))
    found = list(rows.order_by("started_at", "id")[: limit + 1])
    return _cut(found, limit, lambda row: [row.started_at.isoformat(), row.id])


def by_position(rows: QuerySet[Any], *, cursor: str | None, limit: int) -> Page:
    """Page rows whose order has no column to continue from."""
    start = _position(cursor) if cursor else 0
    found = list(rows[start : start + limit + 1])
    return _cut(found, limit, lambda _: [start + limit])


def _cut(found: list[Any], limit: int, place: Callable[[Any], list[Any]]) -> Page:
    more = len(found) > limit
    rows = found[:limit]
    return Page(rows=rows, next_cursor=_encode(place(rows[-1])) if more else None)


def _place(cursor: str, key: Callable[[Any], Any]) -> tuple[datetime, Any]:
    try:
        at, last = _decode(cursor)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise NoSuchPage
        return moment.astimezone(UTC), key(last)
    # A time or a number may be written that is beyond all times or numbers.
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise NoSuchPage from None


def _position(cursor: str) -> int:
    try:
        (start,) = _decode(cursor)
    except (ValueError, TypeError):
        raise NoSuchPage from None
    if type(start) is not int or not 0 <= start <= 1_000_000:
        raise NoSuchPage
    return start


def _encode(place: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _decode(cursor: str) -> Any:
    padded = cursor + "=" * (-len(cursor) % 4)
    return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
