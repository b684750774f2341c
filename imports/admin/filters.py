"""How the list of imports is narrowed."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from imports.admin import attention, groups
from imports.models import ImportJob, Status
from imports.models.jobs import ImportJobQuerySet


class Tab(SimpleListFilter):
    """The tabs above the list, as a filter with an address of its own."""

    title = "what they do"
    parameter_name = "tab"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(attention.TABS.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ImportJob]
    ) -> QuerySet[ImportJob]:
        jobs: ImportJobQuerySet = queryset  # type: ignore[assignment]  # always ours
        return attention.within(jobs, self.value() or "")


class ErrorCode(SimpleListFilter):
    """One kind of error, as the first page groups them."""

    title = "error"
    parameter_name = "error"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        failed = ImportJob.objects.filter(status=Status.FAILED).exclude(error_code="")
        codes = failed.order_by("error_code")
        titles = codes.values_list("error_code", "error_title").distinct("error_code")
        return [(code, title or code) for code, title in titles]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ImportJob]
    ) -> QuerySet[ImportJob]:
        return queryset.filter(error_code=self.value()) if self.value() else queryset


class ErrorGroup(SimpleListFilter):
    """Errors that read alike; an address from the first page, no choice of its own."""

    title = "kind of error"
    parameter_name = "group"

    def has_output(self) -> bool:
        return bool(self.value())

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = request.GET.get(self.parameter_name, "")
        return [(chosen, "The one from the first page")] if chosen else [("", "Any")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ImportJob]
    ) -> QuerySet[ImportJob]:
        value = self.value()
        return (
            queryset.filter(id__in=groups.members(value).values("id"))
            if value
            else queryset
        )
