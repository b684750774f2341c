"""How the console says what a job is doing: one word, in one of four colors."""

from __future__ import annotations

from imports.models import ImportJob, Pause, StageLog, StageName, Status

# Four tones, as in good_job's buckets: info waits, warning runs, success, danger.
TONES: dict[str, str] = {
    Status.QUEUED: "info",
    Status.RUNNING: "warning",
    Status.COMPLETE: "success",
    Status.FAILED: "danger",
    Status.CANCELLED: "default",
    "stalled": "danger",
    "cancelling": "warning",
    "retrying": "info",
}
OUTCOME_TONES: dict[str, str] = {
    "": "warning",
    StageLog.Outcome.DONE: "success",
    StageLog.Outcome.SLICE: "default",
    StageLog.Outcome.DRAINED: "default",
    StageLog.Outcome.WAITING: "info",
    StageLog.Outcome.FAILED: "danger",
    StageLog.Outcome.CANCELLED: "default",
    StageLog.Outcome.CRASHED: "danger",
    StageLog.Outcome.LOST_LEASE: "danger",
}
# A bar that ends because its time was over is a piece of what goes well.
BAR_TONES: dict[str, str] = {
    StageLog.Outcome.SLICE: "ongoing",
    StageLog.Outcome.DRAINED: "ongoing",
}


def scope_of(held: Pause) -> str:
    """Say what a pause holds back."""
    if held.user_id:
        return f"User {held.user_id}"
    return f"Stage: {StageName(held.stage).label}" if held.stage else "Everything"


def state_of(job: ImportJob, *, is_stalled: bool) -> tuple[str, str]:
    """Give the key in ``TONES`` and the word for what a job is doing."""
    if is_stalled:
        return "stalled", "Stalled"
    if job.status == Status.RUNNING and job.cancel_requested_at:
        return "cancelling", "Cancelling"
    if job.status == Status.QUEUED and job.failures:
        return "retrying", "Tries again"
    return job.status, Status(job.status).label
