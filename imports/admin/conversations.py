"""Conversations by title and count; their words, and a search in them, only for who may read them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from imports import disclosure
from imports.admin.of_a_user import OfAUser
from imports.admin.requests import who
from imports.models import Conversation
from imports.search import LONGEST_QUESTION, Question, QuestionRefused, said_in

_HITS = 20


class SearchForm(forms.Form):
    """Whose memory, and what is looked for."""

    user_id = forms.UUIDField(
        label="User id", widget=UnfoldAdminTextInputWidget(attrs={"spellcheck": "false"})
    )
    question = forms.CharField(
        max_length=LONGEST_QUESTION,
        label="What is looked for",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "type": "search"}),
    )


@admin.register(Conversation)
class ConversationAdmin(OfAUser, ModelAdmin):
    """Titles, times and counts; what was said stands behind a button, for who may read it."""

    search_help_text = "User id, or a piece of the title"
    fields = (
        "id", "user_id", "job", "provider", "source_id", "title", "created_at", "updated_at",
        "models_used", "project_id", "gizmo_id", "message_count", "user_message_count",
        "richness", "is_remembered",
    )  # fmt: skip
    list_display = ("show_title", "show_user", "show_messages", "show_at")
    ordering = ("-updated_at", "id")
    change_form_template = "admin/imports/conversation/change_form.html"

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

    @display(description="Messages", ordering="message_count")
    def show_messages(self, conversation: Conversation) -> str:
        return f"{conversation.message_count:,}"

    @display(description="Last changed")
    def show_at(self, conversation: Conversation) -> str:
        return render_to_string("admin/imports/time.html", {"at": conversation.updated_at})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        conversation: Conversation = kwargs["obj"]
        context |= {
            "conversation": conversation,
            "title": conversation.title or "Untitled",
            "may_read": request.user.has_perm(disclosure.PERMISSION),
        }
        view: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return view

    # --- what was said ----------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        own = (
            ("search/", "imports_conversation_search", self.search_page),
            ("<uuid:conversation_id>/read/", "imports_conversation_read", self.read_page),
        )
        return [*(self._path_from_custom_url(url) for url in own), *super().get_urls()]

    def read_page(
        self, request: HttpRequest, conversation_id: uuid.UUID, **_: Any
    ) -> HttpResponse:
        """Show what was said; each look is on record."""
        _must_read(request)
        conversation = get_object_or_404(self.get_queryset(request), id=conversation_id)
        context = {
            **self.admin_site.each_context(request),
            "title": conversation.title or "Untitled",
            "conversation": conversation,
            "said": disclosure.read_conversation(conversation_id, who=who(request)),
        }
        return render(request, "admin/imports/conversation/read.html", context)

    def search_page(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Search a memory. A POST, so that what is looked for stands in no address and no log."""
        _must_read(request)
        form = SearchForm(request.POST or None, initial=request.GET.dict())
        hits = None
        if request.method == "POST" and form.is_valid():
            question = Question(text=form.cleaned_data["question"], limit=_HITS)
            try:
                hits = disclosure.search_memory(
                    form.cleaned_data["user_id"], question, who=who(request)
                )
            except QuestionRefused as refusal:
                form.add_error("question", str(refusal))
        context = {
            **self.admin_site.each_context(request),
            "title": "Search a memory",
            "form": form,
            "hits": hits and [(hit, said_in(hit)) for hit in hits],
        }
        return render(request, "admin/imports/conversation/search.html", context)


def _must_read(request: HttpRequest) -> None:
    if not request.user.has_perm(disclosure.PERMISSION):
        raise PermissionDenied
