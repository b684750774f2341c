"""Failures, sorted by what we do about them.

    Failure
    |-- TransientFailure      try again later: the job is put back with a delay
    |   `-- StorageUnavailable  SourceChanged  IncompleteDownload  DiskFull
    |       MirrorUnavailable  ProfileChanged  AlertUndelivered
    |-- PermanentFailure      tell the person: the job fails at once
    |   `-- ObjectMissing  StorageRefused  StorageRejected
    |       ProfileMissing  SeveralProfiles  MirrorRefused  MirrorRejected
    |       AlertRefused
    `-- Interrupted           not a failure: the attempt ends, the job goes on elsewhere
        |-- LostLease             another worker holds the job now: write nothing more
        |-- CancelRequested       the person wishes to stop
        `-- StageMissing          what an earlier stage left is not here: go back to it

The first line of a class's docstring is its title for people, ``code`` its stable name for
machines. ``detail`` is one sentence that says what to do; it carries no secret, no path of
ours and no text of a conversation. Anything that is not a Failure is our bug.
"""

from __future__ import annotations

import inspect
from typing import ClassVar


class Failure(Exception):
    """The import could not go on."""

    code: ClassVar[str] = "failure"
    retryable: ClassVar[bool] = False
    advice: ClassVar[str] = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.advice or self.title())
        self.detail = detail or self.advice

    @classmethod
    def title(cls) -> str:
        """Give the sentence that people read."""
        return (inspect.getdoc(cls) or "").split("\n", 1)[0]


class TransientFailure(Failure):
    """Something we depend on is not available just now."""

    code = "temporarily_unavailable"
    retryable = True
    advice = "Nothing is lost. The import tries again by itself."

    def __init__(
        self, detail: str = "", *, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class PermanentFailure(Failure):
    """This export cannot be imported as it is."""

    code = "permanent_failure"


class Interrupted(Exception):
    """The attempt ends here; nothing went wrong."""


class LostLease(Interrupted):
    """Another worker holds this job now."""


class CancelRequested(Interrupted):
    """Somebody asked for this job to stop."""


class StageMissing(Interrupted):
    """The output of an earlier stage is not on this machine: begin again from that stage."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


# --- what an object store can answer -----------------------------------------------------------


class ObjectMissing(PermanentFailure):
    """The uploaded file is not there."""

    code = "file_missing"
    advice = "Upload the export again."


class StorageRefused(PermanentFailure):
    """The uploaded file could not be opened."""

    # A key of ours is wrong: nothing that the person could mend, so nothing that they are told.
    code = "storage_auth"
    retryable = True
    advice = "The fault is on our side and we look into it. You can retry later."


class StorageRejected(PermanentFailure):
    """The file store does not accept this request."""

    code = "storage_rejected"
    advice = "Upload the export again under a simple name."


class StorageUnavailable(TransientFailure):
    """The file store does not answer just now."""

    code = "storage_unavailable"


class SourceChanged(TransientFailure):
    """The uploaded file was replaced while it was being read."""

    code = "source_changed"
    advice = "The import starts again with the new file."


class IncompleteDownload(TransientFailure):
    """The file did not arrive whole."""

    code = "incomplete_download"


class DiskFull(TransientFailure):
    """There is no room on the disk just now."""

    code = "disk_full"


# --- what a mirror can answer ------------------------------------------------------------------
# Nobody who imports is told of these: the mirror is shown behind the import, never instead of it.


class MirrorUnavailable(TransientFailure):
    """The site's database does not answer just now."""

    code = "mirror_unavailable"


class ProfileChanged(TransientFailure):
    """Somebody else has written the profile in the meantime."""

    code = "profile_changed"


class ProfileMissing(PermanentFailure):
    """The site has no profile of this user."""

    code = "profile_missing"
    advice = "Let the site make a row in user_profiles; it is filled when it appears."


class SeveralProfiles(PermanentFailure):
    """The site has several profiles of this user."""

    code = "several_profiles"
    advice = "The id in user_profiles must be unique. None of them is written."


class MirrorRefused(PermanentFailure):
    """The site's database refuses our key."""

    code = "mirror_refused"
    advice = "Look at SUPABASE_SERVICE_KEY: it must be a secret or service_role key."


class MirrorRejected(PermanentFailure):
    """The site's database does not accept what is shown there."""

    code = "mirror_rejected"
    advice = (
        "A column of user_profiles is missing or of another kind; the README lists them."
    )


# --- what a webhook can answer -----------------------------------------------------------------


class AlertUndelivered(TransientFailure):
    """The webhook does not answer just now."""

    code = "alert_undelivered"


class AlertRefused(PermanentFailure):
    """The webhook does not take our messages."""

    code = "alert_refused"
    advice = "Look at ALERT_WEBHOOK: it must take a POST of a JSON text."
