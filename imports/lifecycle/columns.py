"""The columns that a move writes together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from imports.lifecycle.problems import Problem


def lease() -> models.Expression:
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)


def unleased() -> dict[str, Any]:
    return {"lease_expires_at": None, "worker": "", "updated_at": Now()}


def unrung() -> dict[str, Any]:
    return {"dispatched_at": None, "updated_at": Now()}


def error(problem: Problem) -> dict[str, Any]:
    return {
        "error_code": problem.code,
        "error_title": problem.title,
        "error_detail": problem.detail,
        "error_is_retryable": problem.is_retryable,
    }


def no_error() -> dict[str, Any]:
    return {
        "error_code": "",
        "error_title": "",
        "error_detail": "",
        "error_is_retryable": False,
    }
