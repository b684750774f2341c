"""Looking without touching: what the pages of the console have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from imports import amounts


class ReadOnly:
    """Rows are made by the pipeline; staff look at them, and press lifecycle buttons."""

    empty_value_display = amounts.NOTHING
    list_filter: Sequence[Any] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Narrow a list by its user and by its own filters only.

        The framework takes any column: ``?transcript__contains=`` would tell what people said to
        whoever sees titles, and leave nothing on record.
        """
        name, _, comparison = lookup.partition("__")
        own = {getattr(each, "parameter_name", each) for each in self.list_filter}
        return name in {"user_id", *own} and comparison in ("", "exact", "isnull")

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False
