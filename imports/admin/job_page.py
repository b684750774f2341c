"""Everything the page of one import shows, ready to be rendered: read once, told in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from imports import amounts
from imports.admin import attention, forecast, wording
from imports.admin.advice import advice_on
from imports.admin.timeline import Timeline, timeline
from imports.admin.waiting import read_line, why
from imports.models import Chunk, ImportJob, Soulprint, StageLog, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """Is it alive? The lease and the progress are two different questions."""

    worker: str
    lease_expires_at: datetime | None
    progressed_at: datetime | None
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why records were skipped, how many, and where a few of them lie."""

    words: str
    count: int
    samples: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Whether the chunks that this import counted are there, and have their vectors."""

    present: str
    without_vector: int
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where every conversation of the export went."""

    found: str
    stored: str
    unchanged: str
    skipped: str
    messages: str
    chunks: str
    facts: str
    announced: str
    has_begun: bool
    adds_up: bool
    memory: Memory | None
    reasons: list[Reason]
    oddities: list[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    job: ImportJob
    state: str
    state_word: str
    tone: str
    why_waiting: str
    advice: str
    unread: str
    size: str
    cost: str
    budget: str
    took: str
    life: Life | None
    ends: forecast.End | None
    timeline: Timeline
    receipt: Receipt
    traceback: str
    soulprints: list[Soulprint]
    raw: list[tuple[str, Any]]


def job_page(job: ImportJob) -> JobPage:
    """Read what the page shows; at most ten queries."""
    now = timezone.now()
    story = timeline(job, now=now)
    is_stalled = _is_stalled(job, now=now)
    state, word = wording.state_of(job, is_stalled=is_stalled)
    waits = why(job, line=read_line(), now=now) if job.status == Status.QUEUED else ""
    started = job.started_at
    return JobPage(
        job=job,
        state=state,
        state_word=word,
        tone=wording.TONES[state],
        why_waiting=waits,
        advice="" if job.is_active else advice_on(job.error_code),
        unread=_unread(job),
        size=amounts.size(job.bytes_total),
        cost=amounts.money(job.spent_microdollars),
        budget=amounts.money(job.budget_microdollars),
        took=amounts.duration((job.finished_at or now) - started if started else None),
        life=_life(job, now=now) if job.status == Status.RUNNING else None,
        ends=forecast.expected_end(job, story.open_line, now=now),
        timeline=story,
        receipt=_receipt(job),
        traceback=_traceback(job),
        soulprints=list(job.soulprints.order_by("created_at").defer(*Soulprint.SECTIONS)),
        raw=[(field.name, field.value_from_object(job)) for field in job._meta.fields],
    )


def _unread(job: ImportJob) -> str:
    """Say how much a complete import has left unread; nothing if it read everything."""
    count = job.oddities.get("messages_unread", 0)
    return f"{count:,}" if count and job.status == Status.COMPLETE else ""


def _is_stalled(job: ImportJob, *, now: datetime) -> bool:
    return bool(
        job.status == Status.RUNNING and job.lease_expires_at and job.lease_expires_at < now
    )


def _life(job: ImportJob, *, now: datetime) -> Life:
    silent = job.progressed_at and now - job.progressed_at > attention.SILENT_FOR
    if _is_stalled(job, now=now):
        verdict, tone = "No: its lease ran out. It is put back within a minute.", "danger"
    elif silent:
        verdict, tone = "It renews its lease, but nothing moves.", "danger"
    elif job.cancel_requested_at:
        verdict, tone = "Yes; it stops at its next step.", "warning"
    else:
        verdict, tone = "Yes.", "success"
    return Life(
        worker=job.worker,
        lease_expires_at=job.lease_expires_at,
        progressed_at=job.progressed_at,
        verdict=verdict,
        tone=tone,
    )


def _receipt(job: ImportJob) -> Receipt:
    return Receipt(
        found=f"{job.conversations_found:,}",
        stored=f"{job.conversations_stored:,}",
        unchanged=f"{job.conversations_unchanged:,}",
        skipped=f"{job.skipped:,}",
        messages=f"{job.messages:,}",
        chunks=f"{job.chunks:,}",
        facts=f"{job.facts:,}",
        announced=_announced(job),
        has_begun=job.conversations_found > 0,
        adds_up=job.conversations_found == job.conversations + job.skipped,
        memory=_memory(job),
        reasons=[
            Reason(
                words=_words(reason),
                count=count,
                samples=[_place(sample) for sample in job.skipped_samples.get(reason, ())],
            )
            for reason, count in _sorted(job.skipped_reasons)
        ],
        oddities=[(_words(name), count) for name, count in _sorted(job.oddities)],
    )


def _announced(job: ImportJob) -> str:
    told = (
        (job.announced_conversations, "conversations"),
        (job.announced_messages, "messages"),
    )
    return ", ".join(amounts.counted(count, unit) for count, unit in told if count)


def _memory(job: ImportJob) -> Memory | None:
    """Compare what was counted with what is there, once nothing is being written any more."""
    if job.status != Status.COMPLETE:
        return None
    chunks = Chunk.objects.filter(user_id=job.user_id)
    present = chunks.count()
    embedded = chunks.filter(tier__in=settings.EMBEDDED_TIERS)
    return Memory(
        present=f"{present:,}",
        without_vector=embedded.without_vector().count(),
        is_whole=present >= job.chunks,
    )


def _sorted(tally: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _place(sample: dict[str, Any]) -> str:
    place = f"part {sample['part'] + 1}, up to byte {sample['offset']:,}"
    return f"{sample['source_id']} ({place})" if sample["source_id"] else place


def _traceback(job: ImportJob) -> str:
    if not job.error_code:
        return ""
    lines = job.log.filter(kind=StageLog.Kind.STAGE).exclude(traceback="")
    newest = lines.order_by("-started_at", "-id").values_list("traceback", flat=True)
    return newest.first() or ""
