"""Takes an upload in: the raw body of a POST, block by block, never held or spooled whole."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from imports import amounts, intake, uploads
from imports.errors import Failure
from imports.lifecycle import ImportInProgress
from imports.models import ImportJob
from imports.pages.door import local_answer
from imports.pages.state import read_state

_BLOCK = 1 << 20


class BrokeOff(Exception):
    """The browser went away before the whole file had come."""


@local_answer
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Store the body as a file of the local user and start its import."""
    size = _announced_size(request)
    if refusal := _refusal(size):
        return refusal
    user_id = uuid.UUID(settings.LOCAL_USER_ID)
    try:
        path = uploads.store(
            user_id=user_id,
            filename=request.GET.get("name", ""),
            blocks=_blocks(request, size),
        )
        job = intake.start(user_id=user_id, storage_path=path, requested_by="local page")
    except BrokeOff:
        return _problem(400, "The upload broke off", "Choose the file again.")
    except ImportInProgress:
        return _in_progress()
    except Failure as failure:
        return _problem(503, failure.title(), failure.detail)
    return JsonResponse(read_state(job), status=202)


def _announced_size(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refusal(size: int) -> HttpResponse | None:
    """Refuse before a byte is read, where that can be known."""
    if size <= 0:
        return _problem(400, "The file is empty", "Choose the ZIP that ChatGPT sent you.")
    if size > settings.MAX_EXPORT_BYTES:
        most = amounts.size(settings.MAX_EXPORT_BYTES)
        return _problem(413, "The file is too large", f"At most {most} can be imported.")
    if ImportJob.objects.of_user(settings.LOCAL_USER_ID).active().exists():
        return _in_progress()
    return None


def _blocks(request: HttpRequest, size: int) -> Iterator[bytes]:
    left = size
    while left:
        try:
            block = request.read(min(_BLOCK, left))
        except OSError as error:
            raise BrokeOff from error
        if not block:
            raise BrokeOff
        left -= len(block)
        yield block


def _in_progress() -> HttpResponse:
    return _problem(409, "An import is running", "Wait for it to end, or cancel it first.")


def _problem(status: int, title: str, detail: str) -> HttpResponse:
    body = {"title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
