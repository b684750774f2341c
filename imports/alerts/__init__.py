"""Calls for a person when the house needs one: seldom, in one message, and without anybody's words.

What is wrong is read from the rows, so nothing needs to be told when it happens and nothing is lost
while the webhook is away. Each kind of trouble is told of once, then not again for a while.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from imports import wiring
from imports.alerts.findings import Finding, Kind, findings
from imports.errors import Failure
from imports.models import Alert

logger = logging.getLogger(__name__)

# Between two messages, whatever they are about.
PAUSE = timedelta(seconds=60)
AGAIN_AFTER_FAILURE = timedelta(seconds=60)
# How long nothing more is said of the same thing.
QUIET: dict[Kind, timedelta] = {
    Kind.FAILURE: timedelta(minutes=15),
    Kind.POISON: timedelta(minutes=15),
    Kind.STALLED_QUEUE: timedelta(minutes=30),
    Kind.MIRROR: timedelta(hours=1),
    Kind.SPEND: timedelta(hours=6),
    Kind.ERASURE: timedelta(hours=6),
}
MOST_LINES = 10
_MESSAGE = "message"  # the row by which all hosts together keep the pause


def send_due() -> int:
    """Tell of what is wrong and was not told of lately; give of how many things."""
    port = wiring.ports().alerts
    if port is None:
        return 0
    found = [finding for finding in findings() if _is_due(finding.kind, finding.subject)]
    if not found or not _claim(_MESSAGE, "", for_=PAUSE):
        return 0
    told = [
        each for each in found if _claim(each.kind, each.subject, for_=QUIET[each.kind])
    ]
    if not told:
        return 0
    try:
        port.send(_message(told))
    except Failure as failure:
        logger.warning("alerts cannot be delivered: %s", failure.code)
        for each in told:
            _row(each).update(due_at=Now() + AGAIN_AFTER_FAILURE)
        return 0
    for each in told:
        _row(each).update(told_until=each.until, told_at=Now(), times=F("times") + 1)
    logger.info("alerts: %s", ", ".join(each.kind for each in told))
    return len(told)


def _message(told: Sequence[Finding]) -> list[str]:
    lines = [f"{each.sign} {each.text}" for each in told[:MOST_LINES]]
    more = len(told) - len(lines)
    return [*lines, f"... and {more} more."] if more > 0 else lines


def _is_due(kind: str, subject: str) -> bool:
    known = Alert.objects.filter(kind=kind, subject=subject)
    return known.due().exists() or not known.exists()


def _claim(kind: str, subject: str, *, for_: timedelta) -> bool:
    """Take it upon this process to tell of something; False if another one does."""
    Alert.objects.get_or_create(kind=kind, subject=subject)
    due = Alert.objects.due().filter(kind=kind, subject=subject)
    return bool(due.update(due_at=Now() + for_))


def _row(finding: Finding) -> QuerySet[Alert]:
    return Alert.objects.filter(kind=finding.kind, subject=finding.subject)
