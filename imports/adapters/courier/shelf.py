"""The row of a call, as couriers of all hosts share it; plain SQL, because Django weighs 60 MB.

    answer_due_at   parcel
    empty           empty    nobody has sent it, or what came back was no answer: it may be sent
    ahead           empty    a courier is on its way with it
    empty           there    answered, and the answer waits to be booked
    behind          empty    the courier did not come back, or in vain: the answer is lost

A call is only open while it is reserved and nobody wants its import stopped. Only the courier that
claimed it may come back with it, and once.
"""

from __future__ import annotations

from enum import Enum, auto

import psycopg

_CLAIM = """
UPDATE imports_modelcall AS call
SET answer_due_at = now() + make_interval(secs => %(within)s), carrier = %(carrier)s,
    parcel = NULL
FROM imports_importjob AS job
WHERE call.id = %(ticket)s AND call.outcome = 'reserved' AND job.id = call.job_id
    AND job.status <> 'CANCELLED' AND job.cancel_requested_at IS NULL
    AND call.answer_due_at IS NULL
    AND (call.parcel IS NULL OR encode(sha256(call.parcel), 'hex') = %(refused)s)
"""
_LOOK = """
SELECT call.parcel, call.answer_due_at, coalesce(call.answer_due_at > now(), false)
FROM imports_modelcall AS call JOIN imports_importjob AS job ON job.id = call.job_id
WHERE call.id = %(ticket)s AND call.outcome = 'reserved'
    AND job.status <> 'CANCELLED' AND job.cancel_requested_at IS NULL
"""
# Of a cancelled import no answer is kept: it is lost at once. Whoever comes back twice, because it
# was not told that the first time counted, must not open what another courier carries by now.
_BRING = """
UPDATE imports_modelcall AS call
SET answer_due_at = CASE WHEN job.status = 'CANCELLED' OR %(is_lost)s THEN now() END,
    parcel = CASE WHEN job.status <> 'CANCELLED' THEN %(parcel)s::bytea END
FROM imports_importjob AS job
WHERE call.id = %(ticket)s AND call.outcome = 'reserved' AND job.id = call.job_id
    AND call.carrier = %(carrier)s AND call.answer_due_at IS NOT NULL
"""
_GIVE_UP = """
UPDATE imports_modelcall SET answer_due_at = now()
WHERE outcome = 'reserved' AND carrier = %(carrier)s AND answer_due_at > now()
"""


class Standing(Enum):
    """How a call stands for the courier that asks."""

    MINE = auto()  # claimed: send it
    UNDER_WAY = auto()  # another courier carries it
    LOST = auto()
    WITHDRAWN = auto()  # erased, cancelled, or closed


def claim(
    database: str, ticket: int, *, carrier: str, refused: str, within_seconds: float
) -> Standing | bytes:
    """Take the sole right to send a call; if it is answered, give the parcel instead.

    :raises psycopg.Error: the database is away
    """
    values = {
        "ticket": ticket,
        "carrier": carrier,
        "refused": refused,
        "within": within_seconds,
    }
    with psycopg.connect(database, autocommit=True) as connection:
        if connection.execute(_CLAIM, values).rowcount:
            return Standing.MINE
        row = connection.execute(_LOOK, values).fetchone()
    if row is None:
        return Standing.WITHDRAWN
    parcel, due_at, is_ahead = row
    if parcel is not None:
        return bytes(parcel)
    return Standing.LOST if due_at is not None and not is_ahead else Standing.UNDER_WAY


def bring(
    database: str, ticket: int, *, carrier: str, parcel: bytes | None, is_lost: bool
) -> None:
    """Come back with an answer, or with none; whoever erased or cancelled it gets neither.

    :raises psycopg.Error: the database is away
    """
    values = {"ticket": ticket, "carrier": carrier, "parcel": parcel, "is_lost": is_lost}
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(_BRING, values)


def give_up(database: str, *, carrier: str) -> None:
    """Note that a courier has died: nobody need wait for what it carried.

    :raises psycopg.Error: the database is away
    """
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(_GIVE_UP, {"carrier": carrier})
