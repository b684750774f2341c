"""Errors of one kind: the same code at the same stage, in the same words but for the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, Max, Q, TextField, Value
from django.db.models.functions import MD5, Concat, Left
from django.utils import timezone

from imports.models import ImportJob, StageName, Status
from imports.models.jobs import ImportJobQuerySet

_SHOWN = 6
_NUMBERS = r"\d[\d.,:]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroup:
    fingerprint: str
    code: str
    title: str
    detail: str
    stage: str
    last_hour: int
    last_day: int
    last_week: int
    users: int
    is_retryable: bool
    last_at: datetime


def members(fingerprint: str) -> ImportJobQuerySet:
    """Give the imports that have failed in this way and were not retried since."""
    failed = ImportJob.objects.filter(status=Status.FAILED)
    found: ImportJobQuerySet = failed.alias(fingerprint=_fingerprint()).filter(
        fingerprint=fingerprint
    )
    return found


def this_week() -> list[ErrorGroup]:
    """Give the most frequent kinds of the last seven days; one query."""
    now = timezone.now()
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    rows = (
        ImportJob.objects.filter(
            status=Status.FAILED, finished_at__gte=now - timedelta(days=7)
        )
        .annotate(fingerprint=_fingerprint())
        .order_by()
        .values("fingerprint", "error_code", "stage")
        .annotate(
            title=Max("error_title"),
            detail=Max("error_detail"),
            hour=Count("id", filter=Q(finished_at__gte=hour)),
            day=Count("id", filter=Q(finished_at__gte=day)),
            week=Count("id"),
            users=Count("user_id", distinct=True),
            retryable=Count("id", filter=Q(error_is_retryable=True)),
            last=Max("finished_at"),
        )
        .order_by("-day", "-week", "fingerprint")[:_SHOWN]
    )
    return [_group(row) for row in rows]


def _group(row: Mapping[str, Any]) -> ErrorGroup:
    return ErrorGroup(
        fingerprint=row["fingerprint"],
        code=row["error_code"],
        title=row["title"] or row["error_code"] or "Unknown",
        detail=row["detail"],
        stage=StageName(row["stage"]).label,
        last_hour=row["hour"],
        last_day=row["day"],
        last_week=row["week"],
        users=row["users"],
        is_retryable=row["retryable"] > 0,
        last_at=row["last"],
    )


def _fingerprint() -> Left:
    words = Func(
        F("error_detail"),
        Value(_NUMBERS),
        Value("#"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    line = Value("\n")
    whole = Concat(F("error_code"), line, F("stage"), line, words, output_field=TextField())
    return Left(MD5(whole), 12)
