"""The pages, and the small answers their scripts ask for."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
)
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from imports import amounts, intake, prose
from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import Fact, ImportJob, Soulprint
from imports.pages.door import local_answer, local_page
from imports.pages.state import read_state

_FACTS_SHOWN = 300
_VERSIONS_SHOWN = 20
_WHO = "local user"


@local_page
@require_GET
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """Show where the person stands: choose a file, watch it, or read."""
    context = {
        "state": read_state(_newest_job()),
        "largest": settings.MAX_EXPORT_BYTES,
        "largest_in_words": amounts.size(settings.MAX_EXPORT_BYTES),
        "privacy": _privacy(),
        "has_soulprint": Soulprint.objects.of_user(settings.LOCAL_USER_ID).exists(),
    }
    return render(request, "pages/home.html", context)


@local_answer
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Give the state of the newest import; 304 while it is what the script holds."""
    state = read_state(_newest_job())
    digest = hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:32]
    etag = f'"{digest}"'
    same = request.headers.get("If-None-Match") == etag
    response: HttpResponse = HttpResponseNotModified() if same else JsonResponse(state)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    return response


@local_answer
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    try:
        job = intake.cancel(_job_or_404().id, actor=_WHO, reason="cancelled on the page")
    except InvalidTransition:
        return JsonResponse(read_state(_newest_job()), status=409)
    return JsonResponse(read_state(job), status=202)


@local_answer
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    try:
        job = intake.retry(
            _job_or_404().id, from_stage=None, actor=_WHO, reason="retried on the page"
        )
    except (InvalidTransition, ImportInProgress):
        return JsonResponse(read_state(_newest_job()), status=409)
    return JsonResponse(read_state(job), status=202)


@local_page
@require_GET
def soulprint(request: HttpRequest, soulprint_id: uuid.UUID | None = None) -> HttpResponse:
    """Show the current soulprint, or an earlier version of it."""
    versions = Soulprint.objects.of_user(settings.LOCAL_USER_ID)
    shown = versions.filter(id=soulprint_id).first() if soulprint_id else versions.first()
    if soulprint_id and not shown:
        raise Http404
    if not shown:
        empty = {"privacy": _privacy()}
        return render(request, "pages/no_soulprint.html", empty, status=404)
    facts = Fact.objects.current(settings.LOCAL_USER_ID)
    context = {
        "soulprint": shown,
        "sections": prose.read_sections(
            {name: getattr(shown, name) for name in Soulprint.SECTIONS}
        ),
        "made_by": prose.made_by(engine=shown.engine, model=shown.model),
        "versions": versions.defer(*Soulprint.SECTIONS)[:_VERSIONS_SHOWN],
        "groups": _by_category(facts[:_FACTS_SHOWN]),
        "fact_count": facts.count(),
        "privacy": _privacy(),
    }
    return render(request, "pages/soulprint.html", context)


def _privacy() -> str:
    """Say what leaves this machine, as the settings have it."""
    places = {
        "the exports are stored in Supabase": bool(settings.SUPABASE_URL),
        "parts of your messages are sent to the language model": settings.LLM != "local",
        "texts are sent away to be made searchable": settings.EMBEDDINGS != "local",
    }
    leaving = [place for place, is_true in places.items() if is_true]
    if not leaving:
        return "Everything stays on this machine."
    sentence = "; ".join(leaving)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _newest_job() -> ImportJob | None:
    return ImportJob.objects.of_user(settings.LOCAL_USER_ID).newest_first().first()


def _job_or_404() -> ImportJob:
    job = _newest_job()
    if job is None:
        raise Http404
    return job


def _by_category(facts: Iterable[Fact]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Group the facts, best proven first, each with its quotes."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        title = fact.category.replace("_", " ").capitalize()
        proofs = [
            {"quote": proof.get("quote", ""), "at": str(proof.get("at") or "")[:10]}
            for proof in fact.evidence
        ]
        groups.setdefault(title, []).append({"fact": fact, "proofs": proofs})
    return list(groups.items())
