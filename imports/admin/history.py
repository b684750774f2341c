"""What imports of a like size took and cost, stage by stage: what forecasts are made of."""

from __future__ import annotations

import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Sum

from imports.models import ImportJob, StageLog, StageName, Status

NEWEST = 300  # complete imports that are looked through
NEAREST = 40  # of those, the ones whose size is most like it
FEWEST = 5  # with less history nothing is said
_FAR = 4.0  # beyond this factor, time no longer grows with size in a way that could be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one stage took in one import, as if that import had been of the size asked for."""

    seconds: float
    microdollars: float


Past = dict[StageName, Run]


def like(job: ImportJob) -> list[Past]:
    """Give the imports most like this one; none when there are too few. Two queries."""
    newest = ImportJob.objects.filter(status=Status.COMPLETE, bytes_total__gt=0)
    sizes = newest.exclude(id=job.id).newest_first().values_list("id", "bytes_total")
    ratios = _nearest(list(sizes[:NEWEST]), size=job.bytes_total)
    if len(ratios) < FEWEST:
        return []
    past: dict[uuid.UUID, Past] = defaultdict(dict)
    for job_id, stage, took, spent in _sums(ratios):
        past[job_id][StageName(stage)] = Run(
            seconds=took.total_seconds() * ratios[job_id],
            microdollars=spent * ratios[job_id],
        )
    return list(past.values())


def remaining(
    past: Sequence[Past], *, stages: Iterable[StageName], done: float
) -> tuple[list[float], list[float]]:
    """Give, import by import, the seconds and microdollars that these stages took.

    ``done`` is the part of the first of them that is behind us.
    """
    order = list(stages)
    weights = dict.fromkeys(order, 1.0) | ({order[0]: 1 - done} if order else {})
    runs = [
        [(each[stage], weight) for stage, weight in weights.items() if stage in each]
        for each in past
    ]
    seconds = [sum(run.seconds * weight for run, weight in each) for each in runs]
    spent = [sum(run.microdollars * weight for run, weight in each) for each in runs]
    return sorted(seconds), sorted(spent)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Give the value below which this share of an ordered list lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _nearest(sizes: list[tuple[uuid.UUID, int]], *, size: int) -> dict[uuid.UUID, float]:
    if not size:  # nothing is known of it yet: it is as large as they are
        return {job_id: 1.0 for job_id, _ in sizes[:NEAREST]}
    by_likeness = sorted(sizes, key=lambda each: abs(math.log(size / each[1])))
    return {
        job_id: min(_FAR, max(1 / _FAR, size / bytes_total))
        for job_id, bytes_total in by_likeness[:NEAREST]
    }


def _sums(
    ids: Iterable[uuid.UUID],
) -> Iterable[tuple[uuid.UUID, str, timedelta, int]]:
    ended = StageLog.objects.filter(
        job__in=list(ids), kind=StageLog.Kind.STAGE, ended_at__isnull=False
    )
    sums = (
        ended.order_by()
        .values("job_id", "stage")
        .annotate(
            took=Sum(F("ended_at") - F("started_at")), spent=Sum("spent_microdollars")
        )
    )
    return sums.values_list("job_id", "stage", "took", "spent")
