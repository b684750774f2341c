"""What a person should know of: counts, codes and ids, never a word of a conversation."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Now

from imports import amounts, dispatch
from imports.models import (
    Alert,
    Erasure,
    ImportJob,
    MirrorState,
    ModelCall,
    StageName,
    Status,
    Worker,
)

# Of what failed before anybody listened, only the newest is worth a message.
FIRST_LOOK_BACK = timedelta(hours=1)
# A move that is being written while we look has an older time than our look.
GRACE = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
MIRROR_BEHIND = timedelta(minutes=15)
ERASURE_LATE = timedelta(hours=1)
SPEND_WITHIN = timedelta(hours=24)
POISON = "poison"


class Kind(enum.StrEnum):
    FAILURE = "failure"
    POISON = "poison"
    STALLED_QUEUE = "stalled_queue"
    MIRROR = "mirror"
    SPEND = "spend"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong; ``until`` is when what is told of it ends."""

    kind: Kind
    text: str
    subject: str = ""
    until: datetime | None = None

    @property
    def sign(self) -> str:
        return "[urgent]" if self.kind in (Kind.POISON, Kind.STALLED_QUEUE) else "[notice]"


def findings() -> Iterator[Finding]:
    """Look at everything, the most urgent first."""
    yield from _stalled_queue()
    yield from _failures()
    yield from _spend()
    yield from _mirror()
    yield from _erasures()


def _failures() -> Iterator[Finding]:
    alerts = Alert.objects.filter(kind__in=(Kind.FAILURE, Kind.POISON))
    until = alerts.values_list("subject", "told_until")
    told = {code: at for code, at in until if at}
    # Never by the clock of this host: what it skips would be told to nobody.
    first_look = Now() - FIRST_LOOK_BACK
    is_recent = Q(finished_at__gt=first_look)
    if told:
        is_recent |= Q(finished_at__gt=min(told.values()))
    failed = ImportJob.objects.filter(
        is_recent, status=Status.FAILED, finished_at__lte=Now() - GRACE
    )
    codes = failed.order_by("error_code").values_list("error_code", flat=True).distinct()
    for code in codes:
        since = told.get(code, first_look)
        finding = _failure(code, failed.filter(error_code=code, finished_at__gt=since))
        if finding:
            yield finding


def _failure(code: str, failed: QuerySet[ImportJob]) -> Finding | None:
    newest = failed.order_by("-finished_at", "id").first()
    if newest is None:
        return None
    count = failed.count()
    told = f"{count} imports have failed" if count > 1 else "An import has failed"
    stage = StageName(newest.stage).label
    return Finding(
        kind=Kind.POISON if code == POISON else Kind.FAILURE,
        subject=code,
        text=f"{told}: {code}. The {'newest' if count > 1 else 'job'} is {newest.id},"
        f" in the stage “{stage}”.",
        until=newest.finished_at,
    )


def _stalled_queue() -> Iterator[Finding]:
    waiting = ImportJob.objects.waiting()
    stalled = ImportJob.objects.stalled(for_seconds=60).count()
    waited = waiting.longest_wait() or timedelta(0)
    if waited < LONGEST_WAIT and not stalled:
        return
    workers = Worker.objects.alive().count()
    yield Finding(
        kind=Kind.STALLED_QUEUE,
        text=f"Imports do not move: {waiting.count()} wait, the longest for"
        f" {amounts.duration(waited)}; {stalled} lost their worker;"
        f" workers alive: {workers}, slots: {dispatch.slots()}.",
    )


def _spend() -> Iterator[Finding]:
    calls = ModelCall.objects.filter(created_at__gte=Now() - SPEND_WITHIN)
    spent = calls.aggregate(n=Sum("microdollars"))["n"] or 0
    most = int(settings.ALERT_SPEND_USD * 1_000_000)
    if most and spent > most:
        yield Finding(
            kind=Kind.SPEND,
            text=f"Language models took {amounts.money(spent)} in 24 hours, more than"
            f" ALERT_SPEND_USD, {amounts.money(most)}.",
        )


def _mirror() -> Iterator[Finding]:
    behind = MirrorState.objects.troubled().filter(problem_since__lt=Now() - MIRROR_BEHIND)
    rows = behind.values("problem").annotate(n=Count("user_id"), since=Max("problem_since"))
    for row in rows.order_by("problem"):
        users = "1 user" if row["n"] == 1 else f"{row['n']} users"
        yield Finding(
            kind=Kind.MIRROR,
            subject=row["problem"],
            text=f"The site does not see the state of {users}: {row['problem']}.",
        )


def _erasures() -> Iterator[Finding]:
    late = Erasure.objects.exclude(problem="").filter(requested_at__lt=Now() - ERASURE_LATE)
    for row in late.values("problem").annotate(n=Count("user_id")).order_by("problem"):
        users = "1 user waits" if row["n"] == 1 else f"{row['n']} users wait"
        yield Finding(
            kind=Kind.ERASURE,
            subject=row["problem"],
            text=f"{users} to be erased: {row['problem']}.",
        )
