"""Counts over the whole history, made by the database."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Generator
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import TruncMonth

from imports.models import Conversation
from imports.pipeline.material.slices import rows_by_slice
from imports.pipeline.material.topics import read_topics
from imports.ports import Statistics

_BY_HOUR = """
    SELECT hour.key, sum(hour.value::int) FROM imports_conversation c, jsonb_each_text(c.hours) hour
    WHERE {slice} GROUP BY 1
"""
_BY_MODEL = """
    SELECT model, count(*) FROM imports_conversation c, jsonb_array_elements_text(c.models_used) model
    WHERE {slice} GROUP BY 1
"""
MODELS = 20


def read_statistics(user_id: uuid.UUID) -> Generator[None, None, Statistics]:
    """Sum up what was counted; yields between the pieces."""
    hours: Counter[Any] = Counter()
    for rows in rows_by_slice(_BY_HOUR, user_id=user_id):
        hours.update(dict(rows))
        yield
    models: Counter[Any] = Counter()
    for rows in rows_by_slice(_BY_MODEL, user_id=user_id):
        models.update(dict(rows))
        yield
    remembered = Conversation.objects.filter(user_id=user_id, is_remembered=True)
    totals = remembered.aggregate(
        conversations=Count("id"),
        messages=Sum("message_count"),
        first=Min("created_at"),
        last=Max("updated_at"),
        last_created=Max("created_at"),
    )
    last_at = totals["last"] or totals["last_created"]
    topics = yield from read_topics(user_id, first_at=totals["first"], last_at=last_at)
    return Statistics(
        conversations=totals["conversations"],
        messages=totals["messages"] or 0,
        user_messages=sum(hours.values()),
        first_at=totals["first"],
        last_at=last_at,
        by_hour=tuple(hours[str(hour)] for hour in range(24)),
        by_month=_by_month(user_id),
        models=dict(sorted(models.items(), key=lambda each: (-each[1], each[0]))[:MODELS]),
        topics=topics,
    )


def _by_month(user_id: uuid.UUID) -> dict[str, int]:
    months = (
        Conversation.objects.filter(user_id=user_id, is_remembered=True)
        .exclude(created_at=None)
        .annotate(month=TruncMonth("created_at"))
        .values("month")
        .annotate(n=Count("id"))
        .order_by("month")
    )
    return {f"{row['month']:%Y-%m}": row["n"] for row in months}
