"""Tells the page's script where a file goes, and with which headers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from imports import uploads
from imports.errors import Failure
from imports.object_path import BadObjectPath
from imports.pages.door import Visit, answer


@answer(needs="imports.start_importjob")
@require_POST
def invitation(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Invite a file by its name; ``path`` is that of one that was begun before."""
    try:
        invited = uploads.invite(
            user_id=visit.user_id,
            filename=request.POST.get("name", ""),
            storage_path=request.POST.get("path", ""),
        )
    except BadObjectPath as failure:
        return _problem(400, failure)
    except Failure as failure:
        return _problem(503, failure)
    if invited is None:
        return JsonResponse(
            {
                "endpoint": reverse("api:uploads"),
                "headers": {},
                "metadata": {"user_id": str(visit.user_id)},
                "storage_path": "",
            }
        )
    return JsonResponse(
        {
            "endpoint": invited.invitation.endpoint,
            "headers": dict(invited.invitation.headers),
            "metadata": dict(invited.invitation.metadata),
            "storage_path": invited.storage_path,
        }
    )


def _problem(status: int, failure: Failure) -> HttpResponse:
    body = {"title": failure.title(), "status": status, "detail": failure.detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
