"""What the lists and pages of rows that belong to a person have in common."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from imports import amounts
from imports.admin.readonly import ReadOnly
from imports.models import Erasure


class OfAUser(ReadOnly):
    """Rows that belong to a person; the person's id finds them.

    Of whoever has asked to be erased nothing is shown any more, however long that has to wait.
    """

    list_per_page = 50
    show_full_result_count = False
    actions = None
    search_fields = ("user_id",)
    search_help_text = "User id"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]  # of unfold
        wishes = Erasure.objects.filter(user_id=OuterRef("user_id"))
        return rows.exclude(Exists(wishes))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(user_id=uuid.UUID(term)), False
        except ValueError:
            return queryset.filter(user_id__startswith=term.lower()), False

    @display(description="User")
    def show_user(self, row: Any) -> str:
        return amounts.short(row.user_id)
