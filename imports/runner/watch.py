"""What happens between two yields of a stage: checkpoint, cancel, shutdown, end of the slice."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from imports import lifecycle, logbook
from imports.errors import CancelRequested, Interrupted, LostLease
from imports.models import ImportJob
from imports.pipeline import Stage
from imports.ports import Progress
from imports.runner.endings import Draining, SliceOver
from imports.runner.heartbeat import Heartbeat

# Stages may yield hundreds of times a second; twice a second is what anybody can see.
CHECKPOINT_SECONDS = 0.5
# A paid call that is cut off is only waited for again, unless the whole machine goes down with it.
# A slice can wait for it; a shutdown hardly.
SLICE_GRACE_SECONDS = 60.0
DRAIN_GRACE_SECONDS = 10.0


class Watch:
    """Looks at a running job whenever its stage has stored something."""

    def __init__(
        self,
        job: ImportJob,
        *,
        heartbeat: Heartbeat,
        is_draining: Callable[[], bool],
        slice_seconds: float,
    ) -> None:
        self._job = job
        self._heartbeat = heartbeat
        self._is_draining = is_draining
        self._slice_seconds = slice_seconds
        self._slice_ends = time.monotonic() + slice_seconds
        self._has_advanced = False
        self._next_checkpoint = 0.0
        self._ends_at = math.inf
        self._stage: Stage | None = None
        self._last: Progress | None = None
        self._first_done = 0

    def begin(self, stage: Stage) -> None:
        """Start with a new stage: the first thing it says is stored at once."""
        self._stage = stage
        self._last = None
        self._next_checkpoint = 0.0

    def look(self, progress: Progress) -> None:
        """Take note of what a stage said; end the attempt if there is a reason to.

        :raises Interrupted: the slice is over, the worker drains, a cancel, a lost lease
        """
        self._heartbeat.note_sign_of_life()
        if self._last is None or self._last.unit != progress.unit:
            # What an earlier attempt has done is no advance of this one.
            self._first_done = progress.done
        self._last = progress
        # A stage that reads for long before it stores anything gets a second slice: it would
        # begin from the start each time.
        self._has_advanced = self._has_advanced or progress.done != self._first_done
        now = time.monotonic()
        if now >= self._next_checkpoint:
            self._next_checkpoint = now + CHECKPOINT_SECONDS
            self._checkpoint(progress)
        if self._is_draining():
            self._end(progress, Draining(), grace_seconds=DRAIN_GRACE_SECONDS)
        elif now >= self._slice_ends + (0 if self._has_advanced else self._slice_seconds):
            self._end(progress, SliceOver(), grace_seconds=SLICE_GRACE_SECONDS)

    def _end(
        self, progress: Progress, ending: Interrupted, *, grace_seconds: float
    ) -> None:
        """End the attempt, after the paid calls that are under way had a while to land."""
        now = time.monotonic()
        self._job.is_winding_down = True
        # A shutdown cannot wait for as long as the end of a slice into which it falls.
        self._ends_at = min(self._ends_at, now + grace_seconds)
        if progress.in_flight and now < self._ends_at:
            return
        self._checkpoint(progress)
        raise ending

    def finish(self) -> None:
        """Store the last thing that the stage said."""
        if self._last:
            self._checkpoint(self._last)

    def _checkpoint(self, progress: Progress) -> None:
        assert self._stage is not None  # noqa: S101 - begin() comes first
        if self._heartbeat.has_lost_lease:
            raise LostLease
        lifecycle.checkpoint(
            self._job,
            progress_percent=self._stage.percent(progress),
            has_advanced=progress.done != self._first_done,
        )
        logbook.note_progress(self._job, progress)
        self._job.reload("cancel_requested_at")
        if self._job.cancel_requested_at:
            raise CancelRequested
