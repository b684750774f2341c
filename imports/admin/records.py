"""What staff did, what is paused, and who is being erased."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from imports import pausing
from imports.admin import wording
from imports.admin.dialogs import PauseForm, ReasonForm
from imports.admin.readonly import ReadOnly
from imports.admin.requests import go_to, who
from imports.models import Erasure, Pause, StaffAction


def _time(at: object) -> str:
    return render_to_string("admin/imports/time.html", {"at": at})


@admin.register(StaffAction)
class StaffActionAdmin(ReadOnly, ModelAdmin):
    """The record: who did what to whom, why, and what it was before and after."""

    page_title = "What staff did"
    list_display = ("show_at", "actor", "action", "target", "reason", "show_change")
    list_display_links = None
    list_filter = ("action", "actor")
    ordering = ("-at", "-id")
    list_per_page = 50
    show_full_result_count = False
    actions = None
    search_fields = ("target",)
    search_help_text = "Import, user or account"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        matches = Q(actor__iexact=term) | Q(target__icontains=term)
        with suppress(ValueError):
            matches |= Q(job_id=uuid.UUID(term)) | Q(user_id=uuid.UUID(term))
        return (queryset.filter(matches) if term else queryset), False

    @display(description="When", ordering="at")
    def show_at(self, done: StaffAction) -> str:
        return _time(done.at)

    @display(description="Changed")
    def show_change(self, done: StaffAction) -> str:
        names = dict.fromkeys((*done.before, *done.after))
        changed = [
            (name.replace("_", " "), done.before.get(name), done.after.get(name))
            for name in names
            if done.before.get(name) != done.after.get(name)
        ]
        return render_to_string(
            "admin/imports/staffaction/change.html", {"changed": changed}
        )


@admin.register(Pause)
class PauseAdmin(ReadOnly, ModelAdmin):
    """What is held back; paused and resumed here."""

    list_display = ("show_scope", "reason", "paused_by", "show_at")
    list_display_links = None
    ordering = ("paused_at",)
    actions = None
    actions_list = ("pause",)
    actions_row = ("resume",)

    @display(description="Held back")
    def show_scope(self, held: Pause) -> str:
        return wording.scope_of(held)

    @display(description="Since", ordering="paused_at")
    def show_at(self, held: Pause) -> str:
        return _time(held.paused_at)

    def has_pause_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.pause_importjob")

    @action(
        description="Pause",
        icon="pause",
        variant=ActionVariant.PRIMARY,
        permissions=["pause"],
        dialog={
            "title": "Hold imports back",
            "description": "Nothing that fits begins until it is resumed. What runs goes on to "
            "the end of its time slice, or to the border of the paused stage.",
            "form_class": PauseForm,
            "form_submit_text": "Pause",
        },
    )
    def pause(self, request: HttpRequest, form: PauseForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        pausing.pause(
            user_id=form.user, stage=form.stage, actor=who(request), reason=reason
        )
        messages.success(request, "Held back until somebody resumes it.")
        return go_to(request, reverse("admin:imports_pause_changelist"))

    @action(
        description="Resume",
        icon="play_arrow",
        permissions=["pause"],
        dialog={
            "title": "Let them go on",
            "description": "What was held back stands in the line again.",
            "form_class": ReasonForm,
            "form_submit_text": "Resume",
        },
    )
    def resume(
        self, request: HttpRequest, form: ReasonForm, object_id: str
    ) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        done = pausing.resume(int(object_id), actor=who(request), reason=reason)
        messages.success(request, "They go on." if done else "Somebody did that already.")
        return go_to(request, reverse("admin:imports_pause_changelist"))


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, ModelAdmin):
    """Who is being erased; a row goes when nothing is left."""

    nothing_yet = (
        "Nobody is being erased. That staff asked for it stays under What staff did."
    )
    list_display = ("user_id", "requested_by", "show_at", "problem")
    list_display_links = None
    ordering = ("requested_at",)
    actions = None

    @display(description="Asked", ordering="requested_at")
    def show_at(self, wish: Erasure) -> str:
        return _time(wish.requested_at)
