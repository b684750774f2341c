"""Many imports at once: what would happen, and then, row by row, what did."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import ImportJob, Status

MOST = 500  # at once; each is a transaction of its own

Press = Callable[[uuid.UUID], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many of the chosen imports a button fits, as they are now."""

    ids: list[uuid.UUID]
    fitting: int
    others: list[tuple[str, int]]
    is_cut: bool


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of each."""

    done: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def sentence(self, *, done: str) -> str:
        """Say it: "41 queued again, 7 skipped: 5 running, 2 waiting"."""
        parts = [f"{self.done:,} {done}"]
        if self.skipped:
            reasons = ", ".join(
                f"{count:,} {why}" for why, count in self.skipped.most_common()
            )
            parts.append(f"{self.skipped.total():,} skipped: {reasons}")
        return ", ".join(parts) + "."


def preview(
    chosen: Iterable[tuple[uuid.UUID, str]], *, fitting: tuple[Status, ...]
) -> Preview:
    """Count the chosen imports by what they are doing."""
    rows = list(chosen)
    counts = Counter(Status(status) for _, status in rows[:MOST])
    others = [
        (status.label.lower(), count)
        for status, count in counts.most_common()
        if status not in fitting
    ]
    return Preview(
        ids=[job_id for job_id, _ in rows[:MOST]],
        fitting=sum(counts[status] for status in fitting),
        others=others,
        is_cut=len(rows) > MOST,
    )


def each(ids: Iterable[uuid.UUID], press: Press) -> Tally:
    """Press a button on each import; the lifecycle looks at each again."""
    tally = Tally()
    for job_id in ids:
        try:
            press(job_id)
        except InvalidTransition:
            tally.skipped[_doing(job_id)] += 1
        except ImportInProgress:
            tally.skipped["with another import of the person active"] += 1
        except ImportJob.DoesNotExist:
            tally.skipped["gone"] += 1
        else:
            tally.done += 1
    return tally


def _doing(job_id: uuid.UUID) -> str:
    status = ImportJob.objects.values_list("status", flat=True).get(id=job_id)
    return Status(status).label.lower()
