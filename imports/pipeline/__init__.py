"""The stages of an import, in order. Each is a resumable generator and knows nothing of leases.

    STAGES = download -> ingest -> quick_pass -> embed -> facts -> memory

A stage stores a batch inside ``job.writing()`` and then yields ``Progress``. Between two yields
the runner renews the lease, stores progress, sees a wish to cancel or to shut down and ends the
time slice. A stage may be closed at any yield and started again: its query is its cursor, its
writes may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from imports.models import ImportJob, StageName
from imports.ports import Ports, Progress

Run = Callable[[ImportJob, Ports], Iterator[Progress]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage and the part of the progress bar that is its own, in percent."""

    name: StageName
    starts_at: int
    ends_at: int

    @property
    def run(self) -> Run:
        # Imported when it runs: who only looks at the stages never pays for them.
        run: Run = self.load().run
        return run

    def load(self) -> ModuleType:
        """Import the module that it is."""
        return import_module(f"imports.pipeline.{self.name.value}")

    def percent(self, progress: Progress) -> int:
        """Place the progress of this stage on the bar of the whole import."""
        share = min(1.0, progress.done / progress.total) if progress.total > 0 else 0.0
        return self.starts_at + int(share * (self.ends_at - self.starts_at))


STAGES = (
    Stage(name=StageName.DOWNLOAD, starts_at=0, ends_at=15),
    Stage(name=StageName.INGEST, starts_at=15, ends_at=20),
    Stage(name=StageName.QUICK_PASS, starts_at=20, ends_at=40),
    Stage(name=StageName.EMBED, starts_at=40, ends_at=60),
    Stage(name=StageName.FACTS, starts_at=60, ends_at=90),
    # 100 is reached only by the commit that completes the job.
    Stage(name=StageName.MEMORY, starts_at=90, ends_at=99),
)


def preload() -> None:
    """Load all stages, in the process that workers are forked from."""
    for stage in STAGES:
        stage.load()


def stages_from(name: StageName) -> tuple[Stage, ...]:
    """Give this stage and those behind it."""
    return STAGES[[stage.name for stage in STAGES].index(name) :]
