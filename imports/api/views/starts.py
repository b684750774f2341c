"""What the calls that start an import share, however each is spelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from imports.api import presentation
from imports.api.answers import answer, root_of
from imports.api.schema import View, documented
from imports.api.serializers import TriggerBody
from imports.api.starting import Trigger, start
from imports.api.views.base import VIEW_IMPORT, ApiView
from imports.models import ImportJob


class StartView(ApiView):
    needs = {"GET": VIEW_IMPORT, "POST": "imports.start_importjob"}

    def start(self, trigger: Trigger) -> ImportJob:
        """Start an import, once per Idempotency-Key."""
        key = self.request.headers.get("Idempotency-Key")
        return start(trigger, principal=self.principal, key=key)

    def start_as_sent(self) -> ImportJob:
        """Start what the whole body of a trigger asks for."""
        sent = self.body(TriggerBody)
        trigger = Trigger(
            user_id=self.principal.starts_for(sent.get("user_id")),
            storage_path=sent["storage_path"],
            announced_conversations=sent.get("conversation_count"),
            announced_messages=sent.get("message_count"),
        )
        return self.start(trigger)


def documented_start(
    name: str,
    summary: str,
    *,
    tag: str,
    body: type[Any],
    accepted: type[Any],
    is_for_users: bool = False,
) -> Callable[[View], View]:
    """Describe a call that starts an import; all of them fail alike."""
    return documented(
        name,
        summary,
        tag=tag,
        body=body,
        answers={202: accepted},
        fails=(400, 403, 409, 413, 415, 422, 429),
        is_start=True,
        is_for_users=is_for_users,
    )


def accepted(request: HttpRequest, job: ImportJob, shown: dict[str, Any]) -> HttpResponse:
    """Answer that something will be done, where to look for it, and when."""
    headers = {"Location": presentation.address(job, root=root_of(request))}
    wait = presentation.retry_after(job, now=timezone.now())
    if wait is not None:
        headers["Retry-After"] = str(wait)
    return answer(shown, status=202, headers=headers)
