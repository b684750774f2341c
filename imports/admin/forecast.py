"""When an import will end, as a range; and what a retry would keep, do again, and cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Sum

from imports import amounts
from imports.admin import history
from imports.models import ImportJob, ModelCall, StageLog, StageName, Status

_LOW, _MIDDLE, _HIGH = 0.25, 0.5, 0.9
_KEPT = {
    StageName.DOWNLOAD: "the downloaded parts, where they still lie",
    StageName.INGEST: "{conversations} conversations",
    StageName.QUICK_PASS: "the first soulprint",
    StageName.EMBED: "the vectors of {chunks} chunks",
    StageName.FACTS: "{facts} facts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Between when and when it should end."""

    earliest: datetime
    latest: datetime
    imports: int  # how many it is told from


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A stage from which an import can begin again, and what that means."""

    value: str
    label: str
    kept: str
    again: str
    takes: str
    costs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What was paid, and what may be."""

    answers: int
    paid: str
    left: str


def expected_end(job: ImportJob, line: StageLog | None, *, now: datetime) -> End | None:
    """Tell when a running import should end; None when its like was never seen."""
    is_held = job.lease_expires_at is not None and job.lease_expires_at > now
    if job.status != Status.RUNNING or job.cancel_requested_at or not is_held:
        return None
    past = history.like(job)
    if not past:
        return None
    done = line.items_done / line.items_total if line and line.items_total else 0.0
    seconds, _ = history.remaining(
        past, stages=_from(StageName(job.stage)), done=min(done, 1.0)
    )
    return End(
        earliest=now + timedelta(seconds=history.quantile(seconds, _LOW)),
        latest=now + timedelta(seconds=history.quantile(seconds, _HIGH)),
        imports=len(seconds),
    )


def retry_choices(job: ImportJob, *, where_it_stopped: str) -> list[Choice]:
    """Give the stages that a retry may begin with: where it stopped first, then backwards."""
    stopped = StageName(job.stage)
    past = history.like(job)
    order = list(StageName)
    earlier = order[: order.index(stopped)][::-1]
    first = _choice(
        job,
        stopped,
        past,
        value=where_it_stopped,
        label=f"{stopped.label}, where it stopped",
    )
    again = [
        _choice(job, stage, past, value=stage.value, label=stage.label) for stage in earlier
    ]
    # Every later stage looks for what is missing: wherever it begins, it goes on.
    if not job.source_etag or stopped not in (StageName.DOWNLOAD, StageName.INGEST):
        return [first, *again]
    label = f"{stopped.label}, from its beginning"
    return [first, *again, _choice(job, stopped, past, value=stopped.value, label=label)]


def bill(job: ImportJob) -> Bill:
    """Tell what this person's answers have cost: they are kept, and never paid for again."""
    answered = ModelCall.objects.filter(user_id=job.user_id, outcome=ModelCall.Outcome.DONE)
    done = answered.exclude(stage=StageName.EMBED).aggregate(
        paid=Sum("microdollars"), answers=Count("id")
    )
    left = max(0, job.budget_microdollars - job.spent_microdollars)
    return Bill(
        answers=done["answers"] or 0,
        paid=amounts.money(done["paid"] or 0),
        left=amounts.money(left),
    )


def _choice(
    job: ImportJob, stage: StageName, past: list[history.Past], *, value: str, label: str
) -> Choice:
    seconds, spent = history.remaining(past, stages=_from(stage), done=0.0)
    return Choice(
        value=value,
        label=label,
        kept=_kept(job, stage) or "nothing",
        again=_again(stage),
        takes=amounts.duration(history.quantile(seconds, _MIDDLE))
        if seconds
        else amounts.NOTHING,
        costs=amounts.money(_within_budget(job, history.quantile(spent, _MIDDLE)))
        if spent
        else amounts.NOTHING,
    )


def _within_budget(job: ImportJob, microdollars: float) -> int:
    return round(min(microdollars, job.budget_microdollars or microdollars))


def _kept(job: ImportJob, stage: StageName) -> str:
    counts = {
        "conversations": f"{job.conversations:,}",
        "chunks": f"{job.chunks:,}",
        "facts": f"{job.facts:,}",
    }
    before = [each for each in StageName if each not in _from(stage)]
    return ", ".join(_KEPT[each].format(**counts) for each in before)


def _again(stage: StageName) -> str:
    later = _from(stage)
    if len(later) == 1:
        return stage.label.lower()
    if len(later) == 2:
        return f"{stage.label.lower()} and the stage behind it"
    return f"{stage.label.lower()} and the {len(later) - 1} stages behind it"


def _from(stage: StageName) -> list[StageName]:
    order = list(StageName)
    return order[order.index(stage) :]
