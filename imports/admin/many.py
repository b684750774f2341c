"""The buttons for many imports: those chosen in the list, or all that failed in the same way.

First a dry run with counts; then, with a reason, each import is looked at again and the sentence
says what became of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from unfold.decorators import action

from imports import intake
from imports.admin import bulk, groups
from imports.admin.buttons import FITTING, status_of
from imports.admin.requests import who
from imports.lifecycle import InvalidTransition
from imports.models import ImportJob, Status


class ManyButtons:
    """What can be done with many imports, for the admin of the import job."""

    admin_site: Any

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
            if status_of(str(job_id)) == Status.CANCELLED:
                raise InvalidTransition  # asking again is no error, but it changes nothing
            return intake.cancel(job_id, actor=who(request), reason=reason)

        return self._many(request, chosen, _CANCEL, press)

    def retry_group(self, request: HttpRequest, group: str, **_: Any) -> HttpResponse:
        """Show what retrying all that failed in this way would do; the POST goes to the list."""
        if not request.user.has_perm("imports.retry_importjob"):
            raise PermissionDenied
        return self._dry_run(
            request,
            bulk.preview(_rows(groups.members(group)), fitting=FITTING["retry"]),
            _RETRY,
        )

    def _many(
        self,
        request: HttpRequest,
        chosen: QuerySet[ImportJob],
        words: Words,
        press: Callable[[uuid.UUID, str], object],
    ) -> HttpResponse | None:
        """Show what would happen; with a reason given, do it and say what did."""
        preview = bulk.preview(_rows(chosen), fitting=FITTING[words.button])
        reason = request.POST.get("reason", "").strip()[:500]
        is_sent = "apply" in request.POST
        if is_sent and reason:
            tally = bulk.each(preview.ids, lambda job_id: press(job_id, reason))
            messages.success(request, tally.sentence(done=words.done))
            return None
        return self._dry_run(request, preview, words, wants_reason=is_sent)

    def _dry_run(
        self,
        request: HttpRequest,
        preview: bulk.Preview,
        words: Words,
        *,
        wants_reason: bool = False,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": words.question,
            "words": words,
            "preview": preview,
            "wants_reason": wants_reason,
        }
        return render(request, "admin/imports/importjob/bulk.html", context)


def _rows(chosen: QuerySet[ImportJob]) -> QuerySet[ImportJob, tuple[uuid.UUID, str]]:
    rows = chosen.order_by("created_at", "id").values_list("id", "status")
    return rows[: bulk.MOST + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How a button speaks when it is pressed for many."""

    button: str
    question: str
    will: str
    will_one: str
    press: str
    done: str

    @property
    def action(self) -> str:
        return f"{self.button}_selected"


_RETRY = Words(
    button="retry",
    question="Retry these imports?",
    will="go back into the line, each where it stopped",
    will_one="goes back into the line, where it stopped",
    press="Retry them",
    done="queued again",
)
_CANCEL = Words(
    button="cancel",
    question="Cancel these imports?",
    will="are asked to stop",
    will_one="is asked to stop",
    press="Cancel them",
    done="asked to stop",
)
