"""Shows the newest state of users where the site reads it; safe to repeat, never in anybody's way.

Nothing is queued: whoever is behind is found by comparing the job with what was last shown, and
then their present state is sent, whatever it is by now. An import neither knows of this nor waits
for it; what an outage held up is caught up afterwards, the end of an import until it has landed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from imports import wiring
from imports.errors import Failure, ProfileChanged, ProfileMissing, SeveralProfiles
from imports.models import (
    Erasure,
    ImportJob,
    ImportStatus,
    MirrorState,
    Soulprint,
    StageName,
    Status,
)
from imports.models.jobs import ACTIVE, ImportJobQuerySet
from imports.ports.mirror import Mirror, ShownState

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 50
# Whoever took a user up and died is waited for so long.
CLAIMED_FOR = timedelta(seconds=60)
PAUSE = timedelta(seconds=2)  # between two states of one user
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 900.0
TRIES_AT_ONCE = 3  # of a profile that others write to as well
# Of a single user's making; after any other failure the rest would only fail as well.
_THEIR_OWN = (ProfileMissing, SeveralProfiles, ProfileChanged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A user's state, and the rows that it was read from."""

    job: ImportJob | None
    soulprint: Soulprint | None
    shown: ShownState

    @property
    def digest(self) -> str:
        text = json.dumps(asdict(self.shown), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def show_due(*, ended_since: datetime | None) -> int:
    """Show the state of users whose mirror is behind; give how many were shown.

    Looks at active imports, at those that ended since then (None: at all of them), and at those
    whom the mirror still owes something.
    """
    mirror = wiring.ports().mirror
    if mirror is None:
        return 0
    shown = 0
    for user_id in _behind(ended_since)[:MOST_AT_ONCE]:
        if _claim(user_id):
            failure = _show(user_id, mirror)
            shown += failure is None
            if failure and not isinstance(failure, _THEIR_OWN):
                break
    return shown


def clear(user_id: uuid.UUID) -> None:
    """Take everything of a user out of the mirror.

    :raises Failure: it may be there still
    """
    mirror = wiring.ports().mirror
    if mirror is not None:
        mirror.clear(user_id, _nobody(at=datetime.now(UTC)))


def present(user_id: uuid.UUID) -> Present:
    """Read what the site should see of a user now."""
    job = ImportJob.objects.of_user(user_id).newest_first().first()
    soulprint = Soulprint.objects.of_user(user_id).first()
    shown = _state(job, soulprint) if job else _nobody(at=None)
    return Present(job=job, soulprint=soulprint, shown=shown)


def _behind(ended_since: datetime | None) -> list[uuid.UUID]:
    newer = ImportJob.objects.filter(
        user_id=OuterRef("user_id"), created_at__gt=OuterRef("created_at")
    )
    seen = MirrorState.objects.filter(
        user_id=OuterRef("user_id"),
        seen_job=OuterRef("id"),
        seen_status=OuterRef("status"),
        seen_updated_at=OuterRef("updated_at"),
    )
    later = MirrorState.objects.filter(user_id=OuterRef("user_id"), due_at__gt=Now())
    unwanted = Erasure.objects.filter(user_id=OuterRef("user_id"))
    jobs = _candidates(ended_since).filter(
        ~Exists(newer), ~Exists(seen), ~Exists(later), ~Exists(unwanted)
    )
    return list(jobs.order_by("updated_at", "id").values_list("user_id", flat=True))


def _candidates(ended_since: datetime | None) -> ImportJobQuerySet:
    if ended_since is None:
        return ImportJob.objects.all()
    # A list and no subquery: each of the three is then found by an index of its own.
    troubled = MirrorState.objects.troubled().due().order_by("due_at")
    owed = list(troubled.values_list("user_id", flat=True)[:MOST_AT_ONCE])
    return ImportJob.objects.filter(
        Q(status__in=ACTIVE) | Q(finished_at__gte=ended_since) | Q(user_id__in=owed)
    )


def _claim(user_id: uuid.UUID) -> bool:
    """Take a user up; False if somebody else just does."""
    MirrorState.objects.get_or_create(user_id=user_id)
    due = MirrorState.objects.due().filter(user_id=user_id)
    return bool(due.update(due_at=Now() + CLAIMED_FOR))


def _show(user_id: uuid.UUID, mirror: Mirror) -> Failure | None:
    """Send the present state of a user; give what went wrong."""
    failure: Failure | None = None
    for _ in range(TRIES_AT_ONCE):
        try:
            _show_once(user_id, mirror)
            return None
        except ProfileChanged as error:
            MirrorState.objects.filter(user_id=user_id).update(version=None)
            failure = error
        except Failure as error:
            failure = error
            break
    assert failure is not None  # noqa: S101 - the loop ends with one
    _note_failed(user_id, failure)
    return failure


def _show_once(user_id: uuid.UUID, mirror: Mirror) -> None:
    # The version first and the state after it: whoever writes in between, also an eraser, changes
    # the version, so what lands is never older than what it replaces.
    before = MirrorState.objects.filter(user_id=user_id).first()
    if before is None:
        return  # erased meanwhile
    version = before.version
    if version is None:
        version = mirror.version(user_id)
    now = present(user_id)
    if now.job is None or Erasure.objects.is_wished_by(user_id):
        MirrorState.objects.filter(user_id=user_id).delete()
        return
    if before.version is None or before.digest != now.digest:
        is_same = before.version is not None and before.soulprint == _id(now.soulprint)
        shown = replace(now.shown, updated_at=datetime.now(UTC))
        state = replace(shown, sections=None) if is_same else shown
        _note_shown(now, version=mirror.show(user_id, state, over=version))
    else:
        _note_seen(now)


def _note_seen(now: Present) -> None:
    assert now.job is not None  # noqa: S101 - of nobody there is nothing to note
    MirrorState.objects.filter(user_id=now.job.user_id).update(
        seen_job=now.job.id,
        seen_status=now.job.status,
        seen_updated_at=now.job.updated_at,
        digest=now.digest,
        failures=0,
        problem="",
        problem_since=None,
        due_at=Now() + PAUSE,
    )


def _note_shown(now: Present, *, version: str) -> None:
    assert now.job is not None  # noqa: S101 - of nobody there is nothing to note
    MirrorState.objects.filter(user_id=now.job.user_id).update(
        version=version, soulprint=_id(now.soulprint), shown_at=Now()
    )
    _note_seen(now)


def _note_failed(user_id: uuid.UUID, failure: Failure) -> None:
    state = MirrorState.objects.filter(user_id=user_id).first()
    if state is None:
        return  # erased meanwhile
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(state.failures, 20))
    wait = random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, hides nothing
    MirrorState.objects.filter(user_id=user_id).update(
        failures=F("failures") + 1,
        problem=failure.code,
        problem_since=Coalesce("problem_since", Now()),
        # It may have been written and the answer lost: look before writing again.
        version=None,
        due_at=Now() + timedelta(seconds=wait),
    )
    if state.problem != failure.code:
        logger.warning("user %s: the mirror is behind: %s", user_id, failure.code)


def _state(job: ImportJob, soulprint: Soulprint | None) -> ShownState:
    failed = job.status == Status.FAILED
    return ShownState(
        import_status=job.import_status.value,
        import_stage=StageName(job.stage).label,
        progress_percent=job.progress_percent,
        import_error=f"{job.error_title} {job.error_detail}".strip() if failed else None,
        processing_started_at=job.started_at,
        ai_name=soulprint.ai_name if soulprint else None,
        archetype=soulprint.archetype if soulprint else None,
        sections={name: _text(soulprint, name) for name in Soulprint.SECTIONS},
    )


def _nobody(*, at: datetime | None) -> ShownState:
    return ShownState(
        import_status=ImportStatus.NONE.value,
        sections=dict.fromkeys(Soulprint.SECTIONS),
        updated_at=at,
    )


def _text(soulprint: Soulprint | None, name: str) -> str | None:
    section = getattr(soulprint, name, None)
    return None if section is None else json.dumps(section, ensure_ascii=False)


def _id(soulprint: Soulprint | None) -> uuid.UUID | None:
    return soulprint.id if soulprint else None
