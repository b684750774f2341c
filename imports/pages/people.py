"""Where staff find a person: by an id, by its beginning, or by the name of a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from imports import amounts
from imports.actors import Staff
from imports.models import Erasure, ImportJob, ImportStatus, Soulprint
from imports.models.terms import imports_named
from imports.pages.door import staff_page
from imports.pages.frame import frame_of_staff
from imports.pages.state import file_of

_SHOWN = 30
_LOOKED_AT = 600  # imports; somebody may have many
_WORDS = {
    ImportStatus.PROCESSING: "Import under way",
    ImportStatus.QUICK_READY: "First version ready",
    ImportStatus.COMPLETE: "Complete",
    ImportStatus.FAILED: "Import stopped",
    ImportStatus.CANCELLED: "Cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a list says of somebody; the soulprint only to whoever may see it."""

    user_id: uuid.UUID
    newest: ImportJob
    soulprint: Soulprint | None

    @property
    def short(self) -> str:
        return amounts.short(self.user_id)

    @property
    def file(self) -> str:
        return file_of(self.newest)

    @property
    def standing(self) -> str:
        return _WORDS.get(self.newest.import_status, "")

    @property
    def tone(self) -> str:
        return self.newest.import_status.value

    @property
    def address(self) -> str:
        name = "soulprint" if self.soulprint else "home"
        return reverse(f"people:{name}", args=[self.user_id])


@staff_page(needs="imports.view_importjob")
@require_safe
def find(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List those who were here last, or those who were asked for."""
    term = request.GET.get("q", "").strip()[:200]
    newest = _newest_imports(term)
    may_read = staff.account.has_perm("imports.view_soulprint")
    soulprints = _soulprints(newest) if may_read else {}
    people = [
        Person(user_id=user_id, newest=job, soulprint=soulprints.get(user_id))
        for user_id, job in newest.items()
    ]
    context = {
        **frame_of_staff(),
        "term": term,
        "people": people,
        "may_read": may_read,
        "unknown": _address_of_unknown(term) if not people else "",
    }
    return render(request, "pages/people.html", context)


def _newest_imports(term: str) -> dict[uuid.UUID, ImportJob]:
    """Give the newest import of each person, the latest first."""
    jobs = (
        ImportJob.objects.filter(imports_named(term)) if term else ImportJob.objects.all()
    )
    found: dict[uuid.UUID, ImportJob] = {}
    for job in jobs.newest_first()[:_LOOKED_AT]:
        found.setdefault(job.user_id, job)
    return dict(list(found.items())[:_SHOWN])


def _soulprints(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Soulprint]:
    wishes = Erasure.objects.filter(user_id=OuterRef("user_id"))
    versions = Soulprint.objects.filter(user_id__in=list(user_ids))
    shown = versions.exclude(Exists(wishes))
    newest = shown.order_by("user_id", "-created_at", "-id").distinct("user_id")
    return {each.user_id: each for each in newest.defer(*Soulprint.SECTIONS)}


def _address_of_unknown(term: str) -> str:
    """Lead to the page of somebody who has not imported anything yet."""
    try:
        return reverse("people:home", args=[uuid.UUID(term)])
    except ValueError:
        return ""
