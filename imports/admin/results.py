"""What came out: soulprints and facts to read, conversations by their titles only."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from unfold.admin import ModelAdmin
from unfold.decorators import display

from imports import amounts, prose
from imports.admin.readonly import ReadOnly
from imports.models import Conversation, Fact, Soulprint


class OfAUser(ReadOnly):
    """Rows that belong to a person; the person's id finds them."""

    list_per_page = 50
    show_full_result_count = False
    actions = None
    search_fields = ("user_id",)
    search_help_text = "User id"

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


@admin.register(Soulprint)
class SoulprintAdmin(OfAUser, ModelAdmin):
    list_display = ("show_name", "show_user", "pass_name", "archetype", "engine", "show_at")
    list_filter = ("pass_name", "engine")
    ordering = ("-created_at", "-id")
    change_form_template = "admin/imports/soulprint/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Soulprint]:
        soulprints: QuerySet[Soulprint] = super().get_queryset(request)
        match = request.resolver_match
        is_list = bool(match and str(match.url_name).endswith("changelist"))
        return soulprints.defer(*Soulprint.SECTIONS) if is_list else soulprints

    @display(description="Soulprint")
    def show_name(self, soulprint: Soulprint) -> str:
        return soulprint.ai_name or amounts.short(soulprint.id)

    @display(description="Made")
    def show_at(self, soulprint: Soulprint) -> str:
        return render_to_string("admin/imports/time.html", {"at": soulprint.created_at})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        soulprint: Soulprint = kwargs["obj"]
        sections = {name: getattr(soulprint, name) for name in Soulprint.SECTIONS}
        versions = Soulprint.objects.of_user(soulprint.user_id).defer(*Soulprint.SECTIONS)
        context |= {
            "title": soulprint.ai_name or f"Soulprint {amounts.short(soulprint.id)}",
            "soulprint": soulprint,
            "sections": prose.read_sections(sections),
            "made_by": prose.made_by(engine=soulprint.engine, model=soulprint.model),
            "versions": versions[:20],
        }
        view: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return view


@admin.register(Fact)
class FactAdmin(OfAUser, ModelAdmin):
    list_display = (
        "statement",
        "category",
        "show_user",
        "show_confidence",
        "basis",
        "show_now",
    )
    list_filter = ("category", "kind", "basis")
    ordering = ("-confidence", "id")
    change_form_template = "admin/imports/fact/change_form.html"

    @display(description="Confidence", ordering="confidence")
    def show_confidence(self, fact: Fact) -> str:
        return f"{fact.confidence:.0%}"

    @display(description="Holds", label={"now": "success", "before": "default"})
    def show_now(self, fact: Fact) -> tuple[str, str]:
        return ("before", "Before") if fact.superseded_by_id else ("now", "Now")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"fact": kwargs["obj"], "title": "Fact"}
        view: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return view


@admin.register(Conversation)
class ConversationAdmin(OfAUser, ModelAdmin):
    """Titles, times and counts. The text of a conversation is not shown to staff."""

    search_help_text = "User id, or a piece of the title"

    fields = (
        "id", "user_id", "job", "provider", "source_id", "title", "created_at", "updated_at",
        "models_used", "message_count", "user_message_count", "richness", "is_remembered",
    )  # fmt: skip
    list_display = ("show_title", "show_user", "message_count", "show_at")
    ordering = ("-updated_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        rows: QuerySet[Conversation] = super().get_queryset(request)
        return rows.defer("transcript", "spans")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        try:
            uuid.UUID(search_term.strip())
        except ValueError:
            found = queryset.filter(Q(title__icontains=search_term.strip()))
        return found, duplicates

    @display(description="Title")
    def show_title(self, conversation: Conversation) -> str:
        return conversation.title or "Untitled"

    @display(description="Last changed")
    def show_at(self, conversation: Conversation) -> str:
        return render_to_string("admin/imports/time.html", {"at": conversation.updated_at})
