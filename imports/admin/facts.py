"""Facts to read, with the quotes that prove them, and the buttons that reject one or take it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from imports import corrections, disclosure
from imports.admin.dialogs import ReasonForm
from imports.admin.of_a_user import OfAUser
from imports.admin.requests import go_to, id_in, who
from imports.models import Fact
from imports.models.results import BY_PEOPLE


@admin.register(Fact)
class FactAdmin(OfAUser, ModelAdmin):
    list_display = (
        "statement",
        "category",
        "show_user",
        "show_confidence",
        "show_basis",
        "show_now",
    )
    list_filter = ("category", "kind", "basis")
    ordering = ("-confidence", "id")
    change_form_template = "admin/imports/fact/change_form.html"
    actions_detail = ("reject", "restore")

    @display(description="Confidence", ordering="confidence")
    def show_confidence(self, fact: Fact) -> str:
        return f"{fact.confidence * 100:.0f}\u00a0%"

    @display(description="How it was said", ordering="basis")
    def show_basis(self, fact: Fact) -> str:
        return _basis(fact)

    @display(
        description="Holds",
        label={"now": "success", "before": "default", "rejected": "danger"},
    )
    def show_now(self, fact: Fact) -> tuple[str, str]:
        if fact.superseded_reason in BY_PEOPLE:
            return "rejected", "Rejected"
        return ("before", "Before") if fact.superseded_by_id else ("now", "Now")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        fact: Fact = kwargs["obj"]
        may_read = request.user.has_perm(disclosure.PERMISSION)
        if may_read:
            target = f"fact {fact.id}"
            disclosure.open_quotes(fact.user_id, target=target, who=who(request))
        context |= {
            "fact": fact,
            "basis": _basis(fact),
            "is_rejected": fact.superseded_reason in BY_PEOPLE,
            "quotes": fact.evidence if may_read else None,
            "title": "Fact",
        }
        view: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return view

    # --- buttons ----------------------------------------------------------------------------

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Show the one that fits."""
        fact = Fact.objects.filter(id=id_in(object_id)).only("superseded_reason").first()
        fitting = "restore" if fact and fact.superseded_reason in BY_PEOPLE else "reject"
        allowed = super().get_actions_detail(request, object_id)
        return [one for one in allowed if one.action_name.endswith(f"_{fitting}")]

    def has_reject_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.reject_fact")

    @action(
        description="Reject this fact",
        icon="block",
        variant=ActionVariant.DANGER,
        permissions=["reject"],
        dialog={
            "title": "Reject this fact",
            "description": "It is no longer told to the companion, and a later import does not "
            "bring it back. Soulprints that were written with it stay until the next import.",
            "form_class": ReasonForm,
            "form_submit_text": "Reject it",
        },
    )
    def reject(
        self, request: HttpRequest, form: ReasonForm, object_id: str
    ) -> HttpResponse:
        done = _press(request, object_id, form, corrections.reject_fact)
        messages.success(request, "The fact is rejected." if done else "It was already.")
        return go_to(request, reverse("admin:imports_fact_change", args=[object_id]))

    @action(
        description="Take it back in",
        icon="undo",
        permissions=["reject"],
        dialog={
            "title": "Take the rejection back",
            "description": "The fact holds again.",
            "form_class": ReasonForm,
            "form_submit_text": "Take it back in",
        },
    )
    def restore(
        self, request: HttpRequest, form: ReasonForm, object_id: str
    ) -> HttpResponse:
        done = _press(request, object_id, form, corrections.restore_fact)
        messages.success(request, "The fact holds again." if done else "It did already.")
        return go_to(request, reverse("admin:imports_fact_change", args=[object_id]))


def _press(
    request: HttpRequest, object_id: str, form: ReasonForm, mark: Callable[..., bool]
) -> bool:
    """Mark a fact; say whether that changed anything.

    :raises Http404: there is no such fact any more
    """
    reason = form.cleaned_data["reason"]
    try:
        return mark(id_in(object_id), actor=who(request), reason=reason)
    except Fact.DoesNotExist:
        raise Http404 from None


def _basis(fact: Fact) -> str:
    return {"saved_memory": "saved memory"}.get(fact.basis, fact.basis)
