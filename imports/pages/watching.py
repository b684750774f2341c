"""The first page: choose a file, watch it, and the buttons beside it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from imports import amounts, erase, intake
from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import Erasure, ImportJob, Soulprint
from imports.pages.door import Visit, answer, page
from imports.pages.frame import frame_of
from imports.pages.state import read_state


@page(needs="imports.view_importjob")
@require_safe
@ensure_csrf_cookie
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show where the person stands: choose a file, watch it, or read."""
    state = _state(visit)
    context = {
        **frame_of(visit),
        "state": state,
        "largest": settings.MAX_EXPORT_BYTES,
        "largest_in_words": amounts.size(settings.MAX_EXPORT_BYTES),
        "has_soulprint": state["status"] != "erasing"
        and visit.may("imports.view_soulprint")
        and Soulprint.objects.of_user(visit.user_id).exists(),
        "may_start": visit.may("imports.start_importjob"),
        # The address may be loaded again when something new was imported.
        "is_erased": "erased" in request.GET and state["status"] in ("none", "erasing"),
        "imports_url": reverse("api:imports"),
    }
    return render(request, "pages/home.html", context)


@answer(needs="imports.view_importjob")
@require_safe
def progress(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give the state of the newest import; 304 while it is what the script holds."""
    state = _state(visit)
    digest = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:32]
    etag = f'"{digest}"'
    same = request.headers.get("If-None-Match") == etag
    response: HttpResponse = HttpResponseNotModified() if same else JsonResponse(state)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    return response


@answer(needs="imports.cancel_importjob")
@require_POST
def cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    job = _job_or_404(visit)
    try:
        intake.cancel(job.id, actor=visit.who, reason="cancelled on the page")
    except InvalidTransition:
        return JsonResponse(_state(visit), status=409)
    return JsonResponse(_state(visit), status=202)


@answer(needs="imports.retry_importjob")
@require_POST
def retry(request: HttpRequest, visit: Visit) -> HttpResponse:
    job = _job_or_404(visit)
    try:
        intake.retry(job.id, from_stage=None, actor=visit.who, reason="retried on the page")
    except (InvalidTransition, ImportInProgress):
        return JsonResponse(_state(visit), status=409)
    return JsonResponse(_state(visit), status=202)


@page(needs="imports.add_erasure")
@require_POST
def erase_everything(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Erase the person, once they have said that they mean it."""
    if request.POST.get("sure") != "yes":
        return redirect(f"{visit.address('soulprint')}#erase")
    erase.request(visit.user_id, requested_by=visit.who, reason="asked on the page")
    return redirect(f"{visit.address('home')}?erased")


def _state(visit: Visit) -> dict[str, Any]:
    if Erasure.objects.is_wished_by(visit.user_id):
        return {"status": "erasing", "active": True, "title": "Erasing everything"}
    return read_state(_newest_job(visit), visit)


def _newest_job(visit: Visit) -> ImportJob | None:
    return ImportJob.objects.of_user(visit.user_id).newest_first().first()


def _job_or_404(visit: Visit) -> ImportJob:
    job = _newest_job(visit)
    if job is None:
        raise Http404
    return job
