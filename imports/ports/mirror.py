"""The mirror: our state where the site reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownState:
    """The state of a user as the site reads it; ``sections`` are JSON texts by name."""

    import_status: str
    import_stage: str | None = None
    progress_percent: int = 0
    import_error: str | None = None
    processing_started_at: datetime | None = None
    ai_name: str | None = None
    archetype: str | None = None
    # None leaves what is shown there as it is: sections are large, and change twice an import.
    sections: Mapping[str, str | None] | None = None
    updated_at: datetime | None = None


class Mirror(Protocol):
    """Shows the state of users: one profile a user, each with a version that every writing changes.

    A state is written over the version that was seen and over no other one, so whatever arrives
    late, or twice, changes nothing.
    """

    def version(self, user_id: UUID) -> str:
        """Read the present version of a user's profile.

        :raises ProfileMissing: there is none
        :raises SeveralProfiles: there are several
        :raises Failure: it cannot be read
        """

    def show(self, user_id: UUID, state: ShownState, *, over: str) -> str:
        """Write a state over this version; give the new one.

        :raises ProfileChanged: this is not the version any more
        :raises ProfileMissing: there is no such profile
        :raises SeveralProfiles: there are several
        :raises Failure: it may or may not have been written
        """

    def clear(self, user_id: UUID, state: ShownState) -> None:
        """Write a state, that of nobody, into every profile of a user; none is no error.

        :raises Failure: some may not have been written
        """

    def probe(self) -> None:
        """Look whether there is a place for everything that is shown; write nothing.

        :raises Failure: there is not
        """
