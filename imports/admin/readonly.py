"""Looking without touching: what the pages of the console have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from imports import amounts


class ReadOnly:
    """Rows are made by the pipeline; staff look at them, and press lifecycle buttons."""

    empty_value_display = amounts.NOTHING

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False
