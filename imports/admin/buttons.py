"""The buttons of the console: on the page of one import, and for many chosen in the list.

Each is a POST with a permission of its own, asks for a reason, and makes one call into ``intake``,
which writes down who did it. A button is shown only where it fits; the lifecycle refuses anyway.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from imports import amounts, intake
from imports.admin import bulk
from imports.admin.dialogs import ReasonForm, RetryForm
from imports.admin.requests import who
from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import ImportJob, StageName, Status

_FITTING: dict[str, tuple[Status, ...]] = {
    "retry": (Status.FAILED, Status.CANCELLED),
    "cancel": (Status.QUEUED, Status.RUNNING),
}


class Buttons:
    """What can be done with imports, for the admin of the import job."""

    admin_site: Any

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Show only the buttons that fit the state; the lifecycle refuses the others anyway."""
        status = _status_of(object_id)
        fitting = {name for name, statuses in _FITTING.items() if status in statuses}
        allowed = super().get_actions_detail(request, object_id)  # type: ignore[misc]  # of unfold
        return [one for one in allowed if one.action_name.rsplit("_", 1)[-1] in fitting]

    def has_retry_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.retry_importjob")

    def has_cancel_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.cancel_importjob")

    @action(
        description="Retry",
        icon="replay",
        variant=ActionVariant.PRIMARY,
        permissions=["retry"],
        dialog={
            "title": "Retry this import",
            "description": "It goes back into the line and keeps what was stored.",
            "form_class": RetryForm,
            "form_submit_text": "Retry",
        },
    )
    def retry(self, request: HttpRequest, form: RetryForm, object_id: str) -> HttpResponse:
        stage = form.cleaned_data["from_stage"]
        try:
            intake.retry(
                uuid.UUID(object_id),
                from_stage=StageName(stage) if stage else None,
                actor=who(request),
                reason=form.cleaned_data["reason"],
            )
        except InvalidTransition:
            messages.warning(
                request, "Nothing to retry: it is no longer failed or cancelled."
            )
        except ImportInProgress as refusal:
            other = amounts.short(refusal.job.id)
            messages.error(request, f"This person's import {other} is active; wait for it.")
        else:
            messages.success(request, "The import is in the line again.")
        return _back_to(request, object_id)

    @action(
        description="Cancel",
        icon="cancel",
        variant=ActionVariant.DANGER,
        permissions=["cancel"],
        dialog={
            "title": "Cancel this import",
            "description": "A waiting import stops at once, a running one at its next step. "
            "What was stored stays, and it can be retried.",
            "form_class": ReasonForm,
            "form_submit_text": "Cancel the import",
        },
    )
    def cancel(
        self, request: HttpRequest, form: ReasonForm, object_id: str
    ) -> HttpResponse:
        try:
            job = intake.cancel(
                uuid.UUID(object_id),
                actor=who(request),
                reason=form.cleaned_data["reason"],
            )
        except InvalidTransition:
            messages.warning(request, "Nothing to cancel: it has ended.")
        else:
            stops = "It stops at its next step." if job.is_active else "It is cancelled."
            messages.success(request, stops)
        return _back_to(request, object_id)

    @action(description="Retry the chosen imports", permissions=["retry"])
    def retry_selected(
        self, request: HttpRequest, chosen: QuerySet[ImportJob]
    ) -> HttpResponse | None:
        def press(job_id: uuid.UUID, reason: str) -> object:
            return intake.retry(job_id, from_stage=None, actor=who(request), reason=reason)

        return self._many(request, chosen, _RETRY, press)

    @action(description="Cancel the chosen imports", permissions=["cancel"])
    def cancel_selected(
        self, request: HttpRequest, chosen: QuerySet[ImportJob]
    ) -> HttpResponse | None:
        def press(job_id: uuid.UUID, reason: str) -> object:
            if _status_of(str(job_id)) == Status.CANCELLED:
                raise InvalidTransition  # asking again is no error, but it changes nothing
            return intake.cancel(job_id, actor=who(request), reason=reason)

        return self._many(request, chosen, _CANCEL, press)

    def _many(
        self,
        request: HttpRequest,
        chosen: QuerySet[ImportJob],
        words: Words,
        press: Callable[[uuid.UUID, str], object],
    ) -> HttpResponse | None:
        """Show what would happen; with a reason given, do it and say what did."""
        rows = chosen.order_by("created_at", "id").values_list("id", "status")
        preview = bulk.preview(rows[: bulk.MOST + 1], fitting=_FITTING[words.button])
        reason = request.POST.get("reason", "").strip()[:500]
        is_sent = "apply" in request.POST
        if is_sent and reason:
            tally = bulk.each(preview.ids, lambda job_id: press(job_id, reason))
            messages.success(request, tally.sentence(done=words.done))
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": words.question,
            "question": words.question,
            "will": words.will,
            "button": words.press,
            "action": f"{words.button}_selected",
            "preview": preview,
            "wants_reason": is_sent,
        }
        return render(request, "admin/imports/importjob/bulk.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How a button speaks when it is pressed for many."""

    button: str
    question: str
    will: str
    press: str
    done: str


_RETRY = Words(
    button="retry",
    question="Retry these imports?",
    will="go back into the line, each where it stopped",
    press="Retry them",
    done="queued again",
)
_CANCEL = Words(
    button="cancel",
    question="Cancel these imports?",
    will="are asked to stop",
    press="Cancel them",
    done="asked to stop",
)


def _status_of(object_id: str) -> str:
    """Read a status by an id from an address, which may be nonsense."""
    try:
        return ImportJob.objects.values_list("status", flat=True).get(id=object_id)
    except (ImportJob.DoesNotExist, ValidationError):
        return ""


def _back_to(request: HttpRequest, object_id: str) -> HttpResponse:
    address = reverse("admin:imports_importjob_change", args=[object_id])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
