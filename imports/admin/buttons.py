"""The buttons on the page of one import.

Each is a POST with a permission of its own, asks for a reason, and makes one call into the desk,
which asks for the permission again and writes down who did it. A button is shown only where it
fits; the lifecycle refuses anyway.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from imports import amounts, erase, intake
from imports.admin.dialogs import BudgetForm, EraseForm, ReasonForm, RetryForm
from imports.admin.requests import go_to, id_in, who
from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import ImportJob, StageName, Status

FITTING: dict[str, tuple[Status, ...]] = {
    "retry": (Status.FAILED, Status.CANCELLED),
    "raise_budget": (Status.QUEUED, Status.RUNNING, Status.FAILED, Status.CANCELLED),
    "cancel": (Status.QUEUED, Status.RUNNING),
    "erase_user": tuple(Status),
}


class Buttons:
    """What can be done with one import, for the admin of the import job."""

    opts: Any

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Show only the buttons that fit the state; the lifecycle refuses the others anyway."""
        status = status_of(object_id)
        fitting = {name for name, statuses in FITTING.items() if status in statuses}
        if status == Status.RUNNING and _is_stopping(object_id):
            fitting.discard("cancel")
        prefix = f"{self.opts.app_label}_{self.opts.model_name}_"
        allowed = super().get_actions_detail(request, object_id)  # type: ignore[misc]  # of unfold
        shown = [one for one in allowed if one.action_name.removeprefix(prefix) in fitting]
        for one in shown:
            if one.action_name == f"{prefix}retry" and _may_help(object_id):
                one.variant = ActionVariant.PRIMARY
        return shown

    def has_retry_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.retry_importjob")

    def has_cancel_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.cancel_importjob")

    def has_raise_budget_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.raise_budget_importjob")

    def has_erase_user_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("imports.add_erasure")

    @action(
        description="Retry",
        icon="replay",
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
        return _press(
            request,
            object_id,
            lambda job_id: intake.retry(
                job_id,
                from_stage=StageName(stage) if stage else None,
                actor=who(request),
                reason=form.cleaned_data["reason"],
            ),
            done="The import is in the line again.",
            too_late="Nothing to retry: it is no longer failed or cancelled.",
        )

    @action(
        description="Raise the budget",
        icon="savings",
        permissions=["raise_budget"],
        dialog={
            "title": "Raise the budget and go on",
            "description": "It may spend more in all. One that failed or was cancelled goes back "
            "into the line and goes on where it stopped.",
            "form_class": BudgetForm,
            "form_submit_text": "Raise the budget",
        },
    )
    def raise_budget(
        self, request: HttpRequest, form: BudgetForm, object_id: str
    ) -> HttpResponse:
        return _press(
            request,
            object_id,
            lambda job_id: intake.raise_budget(
                job_id,
                to_microdollars=form.microdollars,
                actor=who(request),
                reason=form.cleaned_data["reason"],
            ),
            done=f"It may spend {amounts.money(form.microdollars)} in all.",
            too_late="Nothing was raised: it is complete, or may spend as much already.",
        )

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
        return _press(
            request,
            object_id,
            lambda job_id: intake.cancel(
                job_id, actor=who(request), reason=form.cleaned_data["reason"]
            ),
            done="It is asked to stop.",
            too_late="Nothing to cancel: it has ended.",
        )

    @action(
        description="Erase this user",
        icon="delete_forever",
        permissions=["erase_user"],
        dialog={
            "title": "Erase everything of this user",
            "description": "Exports, conversations, chunks, facts, soulprints, imports and their "
            "logs. A running import is cancelled first. Nothing of it comes back.",
            "form_class": EraseForm,
            "form_submit_text": "Erase for good",
        },
    )
    def erase_user(
        self, request: HttpRequest, form: EraseForm, object_id: str
    ) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        erase.request(form.user_id, requested_by=who(request), reason=reason)
        messages.success(request, "Everything of this user is being erased.")
        return go_to(request, reverse("admin:imports_importjob_changelist"))


def status_of(object_id: str) -> str:
    """Read a status by an id from an address, which may be nonsense."""
    try:
        return ImportJob.objects.values_list("status", flat=True).get(id=object_id)
    except (ImportJob.DoesNotExist, ValidationError):
        return ""


def _is_stopping(object_id: str) -> bool:
    return ImportJob.objects.filter(id=object_id).exclude(cancel_requested_at=None).exists()


def _may_help(object_id: str) -> bool:
    """Tell whether a retry alone may help: then it is what the page asks for."""
    jobs = ImportJob.objects.filter(id=object_id)
    return jobs.exclude(status=Status.FAILED, error_is_retryable=False).exists()


def _press(
    request: HttpRequest,
    object_id: str,
    move: Callable[[uuid.UUID], object],
    *,
    done: str,
    too_late: str,
) -> HttpResponse:
    """Make a move, say how it went, and go back to the page.

    :raises Http404: there is no such import any more
    """
    try:
        move(id_in(object_id))
    except ImportJob.DoesNotExist:
        raise Http404 from None
    except InvalidTransition:
        messages.warning(request, too_late)
    except ImportInProgress as refusal:
        other = amounts.short(refusal.job.id)
        messages.error(request, f"This person's import {other} is active; wait for it.")
    else:
        messages.success(request, done)
    return go_to(request, reverse("admin:imports_importjob_change", args=[object_id]))
