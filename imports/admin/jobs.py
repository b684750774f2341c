"""The list of imports and the page of one, and the news for those who have them open."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from imports import amounts
from imports.admin import attention, dashboard, live
from imports.admin.buttons import Buttons
from imports.admin.files import PERMISSION as MAY_START
from imports.admin.filters import ErrorCode, ErrorGroup, Tab
from imports.admin.job_page import job_page
from imports.admin.many import ManyButtons
from imports.admin.readonly import ReadOnly
from imports.admin.rows import cell, cell_body, tell
from imports.admin.starting import Starting
from imports.models import ImportJob
from imports.models.terms import imports_named

_LIVE = "admin/imports/importjob/live.html"
_OF_THE_PAGE = ("oddities", "skipped_reasons", "skipped_samples", "source_etag")
_AT_ONCE = 200  # rows that one question for news may name


class JobList(ChangeList):
    """The rows of one page, each with what only a look at the whole line can tell."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Read the filters; a tab works as one, but is none that somebody has set."""
        *found, _ = super().get_filters(request)
        return *found, bool(self.get_filters_params().keys() - {Tab.parameter_name})

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[ImportJob] = tell(list(self.result_list))


@admin.register(ImportJob)
class ImportJobAdmin(Starting, Buttons, ManyButtons, ReadOnly, ModelAdmin):
    list_display = (
        "show_import", "show_status", "show_progress", "attempt", "show_age", "show_size",
        "show_cost",
    )  # fmt: skip
    list_filter = (Tab, "status", "stage", ErrorCode, ErrorGroup)
    list_before_template = "admin/imports/importjob/tabs.html"
    list_per_page = 25
    show_full_result_count = False
    search_fields = ("storage_path",)
    search_help_text = "User, import or path"
    ordering = ("-created_at", "-id")
    sortable_by = ("attempt",)
    actions = ("retry_selected", "cancel_selected")
    actions_detail = ("retry", "raise_budget", "cancel", "erase_user")
    change_form_template = "admin/imports/importjob/change_form.html"

    # --- the list ---------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return JobList

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportJob]:
        jobs: QuerySet[ImportJob] = super().get_queryset(request)
        match = request.resolver_match
        is_page = bool(match and str(match.url_name).endswith("_change"))
        return jobs if is_page else jobs.defer(*_OF_THE_PAGE)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ImportJob], search_term: str
    ) -> tuple[QuerySet[ImportJob], bool]:
        """Search by what staff have in hand: an id, its first block, or a piece of the path."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(imports_named(term)), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        counts = attention.tab_counts(request)
        tabs = [("", "All", counts["everything"])]
        tabs += [(key, label, counts[key]) for key, label in attention.TABS.items()]
        context = {
            "tabs": tabs,
            "tab": request.GET.get("tab", ""),
            "group": self._group(request),
            "may_start": request.user.has_perm(MAY_START),
            "title": "Imports",
        }
        view: HttpResponse = super().changelist_view(
            request, context | (extra_context or {})
        )
        return view

    def _group(self, request: HttpRequest) -> str:
        """Give the group of errors on the list, for whoever may retry all of it."""
        return request.GET.get("group", "") if self.has_retry_permission(request) else ""

    @display(header=True, description="Import")
    def show_import(self, job: ImportJob) -> list[str]:
        return [amounts.short(job.id), f"user\u00a0{amounts.short(job.user_id)}"]

    @display(description="Status")
    def show_status(self, job: ImportJob) -> str:
        return cell(job, "status")

    @display(description="Stage")
    def show_progress(self, job: ImportJob) -> str:
        return cell(job, "progress")

    @display(description="Age")
    def show_age(self, job: ImportJob) -> str:
        return render_to_string("admin/imports/time.html", {"at": job.created_at})

    @display(description="Size")
    def show_size(self, job: ImportJob) -> str:
        return amounts.size(job.bytes_total)

    @display(description="Cost")
    def show_cost(self, job: ImportJob) -> str:
        return amounts.money(job.spent_microdollars)

    # --- news for open pages ----------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        return [
            *self._own_urls(),
            *super().get_urls(),
        ]

    def _own_urls(self) -> list[Any]:
        custom = (
            ("news/", "imports_importjob_news", self.list_news),
            ("house/", "imports_importjob_house", self.house_news),
            ("<uuid:job_id>/news/", "imports_importjob_job_news", self.job_news),
            ("start/", "imports_importjob_start", self.start_page),
            ("group/<slug:group>/", "imports_importjob_group", self.retry_group),
        )
        return [self._path_from_custom_url(url) for url in custom]

    def list_news(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Give the cells that move, for the rows that a page shows."""
        self._must_view(request)
        ids = request.GET.get("ids", "").split(",")[:_AT_ONCE]
        try:
            jobs = tell(list(self.get_queryset(request).filter(id__in=filter(None, ids))))
        except (ValidationError, ValueError):
            raise Http404 from None
        cells = {
            str(job.id): {name: cell_body(job, name) for name in ("status", "progress")}
            for job in jobs
        }
        return live.values(
            request, {"cells": cells, "active": any(job.is_active for job in jobs)}
        )

    def job_news(self, request: HttpRequest, job_id: uuid.UUID, **_: Any) -> HttpResponse:
        self._must_view(request)
        job = get_object_or_404(ImportJob, id=job_id)
        return live.fragment(request, _LIVE, {"page": job_page(job)})

    def house_news(self, request: HttpRequest, **_: Any) -> HttpResponse:
        self._must_view(request)
        house = dashboard.read_house()
        return live.fragment(request, "admin/house.html", {"house": house})

    def _must_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise Http404

    # --- the page of one import -------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        job = kwargs["obj"]
        context |= {"page": job_page(job), "title": f"Import {amounts.short(job.id)}"}
        view: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return view
