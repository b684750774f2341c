"""How far the bytes have travelled: counted on the job, and said to whoever runs the stage."""

from __future__ import annotations

import time

from django.db.models import F
from django.db.models.functions import Greatest

from imports.formats import Container, Part
from imports.models import ImportJob
from imports.ports import Progress

MISSING_SHARD, UNREADABLE_FILE = "missing_shard", "unreadable_file"

_DUE_BYTES = 8 << 20
_DUE_SECONDS = 1.0


class Travel:
    """Progress over the parts, in bytes of the object that have to travel."""

    def __init__(self, job: ImportJob, container: Container) -> None:
        self._job = job
        self._container = container
        self._total = sum(part.stored_size for part in container.parts)
        self._part: Part | None = None
        self._before = 0  # the sizes of the parts before this one
        self._noted = 0
        self._due_at = 0.0

    def begin(self) -> Progress:
        """Record what there is to fetch, and how much of the export is absent or unreadable."""
        found = {
            MISSING_SHARD: len(self._container.missing),
            UNREADABLE_FILE: len(self._container.unreadable),
        }
        with self._job.writing() as row:
            oddities = row.values_list("oddities", flat=True).get()
            oddities |= {name: number for name, number in found.items() if number}
            row.update(bytes_total=self._total, oddities=oddities)
        self._job.reload("bytes_total", "oddities")
        return self._note(0)

    def enter(self, part: Part) -> Progress:
        """Go on to the next part, and say so: very many may pass before one of them is large.

        :raises LostLease: another worker holds the job; its files are not ours to touch
        """
        self.pass_over(part)
        return self._note(self._before)

    def pass_over(self, part: Part) -> None:
        """Go on to a part that is here already; whoever speaks next says so."""
        if self._part:
            self._before += self._part.stored_size
        self._part = part

    def is_due(self, position: int) -> bool:
        """Tell whether enough has happened to speak of it."""
        return (
            self._done(position) - self._noted >= _DUE_BYTES
            or time.monotonic() >= self._due_at
        )

    def note(self, position: int) -> Progress:
        """Record how far the file is read.

        :raises LostLease: another worker holds the job
        """
        return self._note(self._done(position))

    def end(self) -> Progress:
        """Record that everything is here.

        :raises LostLease: another worker holds the job
        """
        return self._note(self._total)

    def _done(self, position: int) -> int:
        if self._part is None:
            return 0
        within = min(max(position - self._part.offset, 0), self._part.stored_size)
        return self._before + within

    def _note(self, done: int) -> Progress:
        self._noted = done
        self._due_at = time.monotonic() + _DUE_SECONDS
        with self._job.writing() as row:
            # What is unpacked a second time has travelled before.
            row.update(bytes_done=Greatest(F("bytes_done"), done))
        self._job.bytes_done = max(self._job.bytes_done, done)
        return Progress(done=self._job.bytes_done, total=self._total, unit="bytes")
