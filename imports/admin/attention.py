"""Which imports need a person, and which ones belong under each tab of the list."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.safestring import mark_safe

from imports.errors import ProfileMissing, SeveralProfiles
from imports.models import ImportJob, MirrorState, Pause, Status
from imports.models.jobs import ImportJobQuerySet
from imports.models.mirroring import MirrorStateQuerySet

SILENT_FOR = timedelta(minutes=5)  # its lease is renewed, but nothing moves
LATE_AFTER = timedelta(minutes=15)  # due for so long, and still nobody took it
_KNOWN = "imports_needing_attention"
FAILURES_THAT_SHOW = 2  # one failed try mends itself
BEHIND_FOR = timedelta(minutes=15)  # so long the site does not see what became of an import
_PROFILES = {each.code: each.title() for each in (ProfileMissing, SeveralProfiles)}

TABS = {
    "attention": "Needs attention",
    "running": "Running",
    "waiting": "Waiting",
    "complete": "Complete",
}


def within(jobs: ImportJobQuerySet, tab: str) -> ImportJobQuerySet:
    """Keep the imports that belong under a tab; an unknown tab keeps all."""
    match tab:
        case "attention":
            return jobs.filter(id__in=_needing())
        case "running":
            return jobs.filter(status=Status.RUNNING)
        case "waiting":
            return jobs.filter(status=Status.QUEUED)
        case "complete":
            return jobs.filter(status=Status.COMPLETE)
    return jobs


def tab_counts(request: HttpRequest) -> dict[str, int]:
    """Count the imports under each tab."""
    counts = ImportJob.objects.aggregate(
        running=Count("id", filter=Q(status=Status.RUNNING)),
        waiting=Count("id", filter=Q(status=Status.QUEUED)),
        complete=Count("id", filter=Q(status=Status.COMPLETE)),
        everything=Count("id"),
    )
    return {"attention": needing(request), **counts}


def needing(request: HttpRequest) -> int:
    """Count the imports that need somebody, once per request."""
    if (known := getattr(request, _KNOWN, None)) is None:
        known = within(ImportJob.objects.all(), "attention").count()
        note(request, known)
    return int(known)


def note(request: HttpRequest, count: int) -> None:
    """Keep for this request what was counted already."""
    setattr(request, _KNOWN, count)


def badge(request: HttpRequest) -> str:
    """Give the number beside "Imports" in the navigation; nothing when nobody is needed."""
    count = needing(request)
    return f"{count:,}" if count else mark_safe('<span class="c-none"></span>')


def ranked(*, limit: int) -> tuple[list[tuple[ImportJob, str]], int]:
    """Give the imports that need a person, worst first, each with the reason; and how many."""
    jobs = ImportJob.objects.annotate(
        has_stalled=Q(status=Status.RUNNING, lease_expires_at__lt=Now()),
        is_silent=Q(status=Status.RUNNING, progressed_at__lt=Now() - SILENT_FOR),
        mirror_problem=_mirrors_in_trouble()
        .filter(user_id=OuterRef("user_id"))
        .values("problem")[:1],
    )
    order = ("-has_stalled", "-is_silent", "-failures", "-updated_at", "id")
    # Thousands may need somebody: they are sorted as ids, together with how many they are.
    needing = jobs.filter(id__in=_needing()).annotate(together=Window(Count("id")))
    worst = list(needing.order_by(*order).values_list("id", "together")[:limit])
    found = jobs.in_bulk([job_id for job_id, _ in worst])
    told = [(found[job_id], _reason(found[job_id])) for job_id, _ in worst]
    return told, worst[0][1] if worst else 0


def _needing() -> QuerySet[ImportJob, uuid.UUID]:
    """Find them in three short ways: one long condition would look at every import there is."""
    newer = ImportJob.objects.filter(
        user_id=OuterRef("user_id"), created_at__gt=OuterRef("created_at")
    )
    # What failed and was followed by another import has been dealt with.
    failed = ImportJob.objects.filter(~Exists(newer), status=Status.FAILED)
    active = ImportJob.objects.active().filter(_is_stuck())
    of_mirrors = ImportJob.objects.filter(
        ~Exists(newer), user_id__in=_mirrors_in_trouble().values("user_id")
    )
    found: QuerySet[ImportJob, uuid.UUID] = failed.values_list("id", flat=True).union(
        active.values_list("id", flat=True), of_mirrors.values_list("id", flat=True)
    )
    return found


def _is_stuck() -> Q:
    held = Pause.objects.holding(user_id=OuterRef("user_id"), stage=OuterRef("stage"))
    late = Now() - LATE_AFTER
    is_due = Q(next_attempt_at=None) | Q(next_attempt_at__lt=late)
    return (
        Q(status=Status.RUNNING, lease_expires_at__lt=Now())
        | Q(status=Status.RUNNING, progressed_at__lt=Now() - SILENT_FOR)
        | Q(status=Status.QUEUED, failures__gte=FAILURES_THAT_SHOW)
        | Q(is_due, ~Exists(held), status=Status.QUEUED, queued_at__lt=late)
    )


def _mirrors_in_trouble() -> MirrorStateQuerySet:
    """What the site does not see of a user, for a reason that does not pass by itself."""
    return MirrorState.objects.troubled().filter(
        Q(problem__in=_PROFILES) | Q(problem_since__lt=Now() - BEHIND_FOR)
    )


def _reason(job: ImportJob) -> str:
    if getattr(job, "has_stalled", False):
        return "Its worker has gone silent; the sweep puts it back."
    if getattr(job, "is_silent", False):
        return "The worker is alive, but nothing moves."
    if job.status == Status.FAILED:
        return job.error_title or "It failed."
    if job.failures:
        return f"{job.error_title or 'It failed'} ({job.failures} times, tries again)."
    if problem := getattr(job, "mirror_problem", None):
        return _PROFILES.get(problem, "The site does not see how it stands.")
    return "It is due, and no worker has taken it."
