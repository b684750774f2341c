"""What happened to an import, as the job page draws it: stages over time, and every attempt.

Nothing is overwritten: a stage that ran in five attempts shows five bars.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from imports import amounts
from imports.admin import wording
from imports.models import ImportJob, StageLog, StageName, Status

NEWEST_SHOWN = 400  # lines of the log; a longer history says that it was cut
_NARROWEST = 0.6  # percent of the width, so that a short stage can be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One run of a stage, placed in percent of the whole time."""

    left: float
    width: float
    tone: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage over all attempts."""

    number: int
    name: str
    label: str
    state: str  # done | running | stopped | ahead
    bars: tuple[Bar, ...]
    ran: str
    waited: str
    runs: int
    items: str
    speed: str
    tokens: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One line of the log: a stage in one attempt, or what a person did."""

    line: StageLog
    label: str
    took: str
    items: str
    speed: str
    tokens: str
    cost: str
    outcome: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The lines between one claim and the end of it; number 0 stands before the first claim."""

    number: int
    worker: str
    started_at: datetime
    ended_at: datetime | None
    took: str
    outcome: str
    tone: str
    rows: tuple[LogRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    stages: tuple[StageRow, ...]
    attempts: tuple[Attempt, ...]  # newest first
    started_at: datetime
    ended_at: datetime
    waited: str  # a sentence: how long before it first ran, if it did
    is_cut: bool
    open_line: StageLog | None  # what runs now


def timeline(job: ImportJob, *, now: datetime) -> Timeline:
    """Read the log of a job and lay it out; one query."""
    newest = list(job.log.order_by("-started_at", "-id")[: NEWEST_SHOWN + 1])
    lines = newest[:NEWEST_SHOWN][::-1]
    stage_lines = [line for line in lines if line.kind == StageLog.Kind.STAGE]
    started = job.created_at
    ended = now if job.is_active else (job.finished_at or now)
    window = _Window(
        started=started, ended=max(ended, started + timedelta(seconds=1)), now=now
    )
    return Timeline(
        stages=tuple(
            _stage_row(number, name, stage_lines, job=job, window=window)
            for number, name in enumerate(StageName, start=1)
        ),
        attempts=tuple(reversed([*_attempts(lines, now=now)])),
        started_at=window.started,
        ended_at=window.ended,
        waited=_first_wait(job, now=now),
        is_cut=len(newest) > NEWEST_SHOWN,
        open_line=next((line for line in newest if _is_open(line, job)), None),
    )


def _first_wait(job: ImportJob, *, now: datetime) -> str:
    until = job.started_at or job.finished_at or now
    waited = amounts.duration(until - job.created_at)
    if job.started_at:
        return f"Waited {waited} before it first ran."
    return f"Waiting for {waited}." if job.is_active else f"Never ran; waited {waited}."


def _is_open(line: StageLog, job: ImportJob) -> bool:
    is_stage = line.kind == StageLog.Kind.STAGE
    return is_stage and line.ended_at is None and line.stage == job.stage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    started: datetime
    ended: datetime
    now: datetime

    def bar(self, line: StageLog) -> Bar:
        whole = (self.ended - self.started).total_seconds()
        left = 100 * (line.started_at - self.started).total_seconds() / whole
        length = ((line.ended_at or self.now) - line.started_at).total_seconds()
        width = max(_NARROWEST, 100 * length / whole)
        left = min(max(0.0, left), 100 - _NARROWEST)
        return Bar(
            left=round(left, 2),
            width=round(min(width, 100 - left), 2),
            tone=wording.BAR_TONES.get(line.outcome, wording.OUTCOME_TONES[line.outcome]),
            title=f"Attempt {line.attempt}: {_outcome(line)}, {amounts.duration(length)}",
        )


def _stage_row(
    number: int,
    name: StageName,
    lines: Sequence[StageLog],
    *,
    job: ImportJob,
    window: _Window,
) -> StageRow:
    own = [line for line in lines if line.stage == name]
    ran = sum((_length(line, now=window.now) for line in own), timedelta())
    items = max((line.items_done for line in own), default=0)
    unit = next((line.unit for line in reversed(own) if line.unit), "")
    return StageRow(
        number=number,
        name=name,
        label=name.label,
        state=_stage_state(name, own, job=job),
        bars=tuple(window.bar(line) for line in own),
        ran=amounts.duration(ran) if own else amounts.NOTHING,
        waited=amounts.duration(_waited(own)) if len(own) > 1 else amounts.NOTHING,
        runs=len(own),
        items=amounts.counted(items, unit),
        speed=amounts.speed(items, unit, ran),
        tokens=amounts.counted(sum(line.tokens for line in own), ""),
        cost=amounts.money(sum(line.spent_microdollars for line in own)),
    )


def _stage_state(name: StageName, own: Sequence[StageLog], *, job: ImportJob) -> str:
    order = list(StageName)
    if job.status == Status.COMPLETE or order.index(name) < order.index(
        StageName(job.stage)
    ):
        return "done"
    if name != job.stage:
        return "ahead"
    if job.status == Status.RUNNING:
        return "running"
    return "stopped" if own or job.status == Status.FAILED else "ahead"


def _attempts(lines: Iterable[StageLog], *, now: datetime) -> Iterable[Attempt]:
    for number, group in groupby(lines, key=lambda line: line.attempt):
        own = list(group)
        stages = [line for line in own if line.kind == StageLog.Kind.STAGE]
        last = stages[-1] if stages else own[-1]
        ended = last.ended_at if stages else last.started_at
        yield Attempt(
            number=number,
            worker=next((line.worker for line in stages if line.worker), ""),
            started_at=own[0].started_at,
            ended_at=ended,
            took=amounts.duration((ended or now) - own[0].started_at) if stages else "",
            outcome=_outcome(last) if stages else "",
            tone=wording.OUTCOME_TONES[last.outcome],
            rows=tuple(_log_row(line, now=now) for line in own),
        )


def _log_row(line: StageLog, *, now: datetime) -> LogRow:
    length = _length(line, now=now)
    return LogRow(
        line=line,
        label=StageName(line.stage).label if line.stage else "",
        took=amounts.duration(length),
        items=_of(line),
        speed=amounts.speed(line.items_done, line.unit, length),
        tokens=amounts.counted(line.tokens, "tokens"),
        cost=amounts.money(line.spent_microdollars),
        outcome=_outcome(line),
        tone=wording.OUTCOME_TONES[line.outcome],
    )


def _of(line: StageLog) -> str:
    done = amounts.counted(line.items_done, line.unit)
    if line.items_total <= line.items_done or not line.items_done:
        return done
    total = line.items_total
    return f"{done} of {amounts.size(total) if line.unit == 'bytes' else f'{total:,}'}"


def _outcome(line: StageLog) -> str:
    return StageLog.Outcome(line.outcome).label if line.outcome else "Running"


def _length(line: StageLog, *, now: datetime) -> timedelta:
    return (line.ended_at or now) - line.started_at


def _waited(own: Sequence[StageLog]) -> timedelta:
    """Add up the pauses between the runs of a stage."""
    pauses = pairwise(own)
    return sum(
        (after.started_at - before.ended_at for before, after in pauses if before.ended_at),
        timedelta(),
    )
