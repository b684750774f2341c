"""Counts a person's history for the pictures: when they wrote, and with which models.

Summed up once per version of a soulprint and process, from what the stages have counted.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from imports.models import Conversation

_MOST_MODELS = 8
_BY_HOUR = """
    SELECT hour.key, sum(hour.value::int)
    FROM imports_conversation c, jsonb_each_text(c.hours) hour
    WHERE c.user_id = %s GROUP BY 1
"""
_BY_MODEL = """
    SELECT model, count(*)
    FROM imports_conversation c, jsonb_array_elements_text(c.models_used) model
    WHERE c.user_id = %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    conversations: int
    messages: int
    by_month: Mapping[str, int]  # "2025-03" -> conversations begun
    by_hour: tuple[int, ...]  # 24 numbers, UTC, messages of the person
    by_model: Mapping[str, int]  # model -> conversations


@lru_cache(maxsize=32)
def counts_of(user_id: uuid.UUID, *, version: uuid.UUID) -> Counts:
    """Count everything of a person, as it is when a version is first looked at."""
    mine = Conversation.objects.filter(user_id=user_id)
    totals = mine.aggregate(conversations=Count("id"), messages=Sum("message_count"))
    months = (
        mine.exclude(created_at=None)
        .annotate(month=TruncMonth("created_at"))
        .values_list("month")
        .annotate(n=Count("id"))
        .order_by("month")
    )
    hours = dict(_rows(_BY_HOUR, [user_id]))
    return Counts(
        conversations=totals["conversations"],
        messages=totals["messages"] or 0,
        by_month={f"{month:%Y-%m}": n for month, n in months},
        by_hour=tuple(hours.get(str(hour), 0) for hour in range(24)),
        by_model=dict(_rows(_BY_MODEL, [user_id, _MOST_MODELS])),
    )


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
