"""What PostgREST means by an answer.

PGRST124                     SeveralProfiles     more rows than we allow
401 403                      MirrorRefused       a key of ours is wrong
408 409 425 429 5xx, no JSON MirrorUnavailable
a redirect, the rest         MirrorRejected      a column is missing, a value is not allowed
"""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx

from imports.errors import (
    Failure,
    MirrorRefused,
    MirrorRejected,
    MirrorUnavailable,
    SeveralProfiles,
)

logger = logging.getLogger(__name__)

_PASSING = {408, 409, 425, 429}
_TOO_MANY_ROWS = "PGRST124"


def versions_in(response: httpx.Response) -> list[str]:
    """Give the version of each row in an answer; a row that was never written has the empty one."""
    rows = _json(response)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MirrorUnavailable  # the page of a proxy in between
    return [str(row.get("updated_at") or "") for row in rows]


def failure_of(response: httpx.Response) -> Failure:
    """Put an answer that is not a success into our words."""
    status, body = response.status_code, _json(response)
    code = str(body.get("code", "")) if isinstance(body, dict) else ""
    if code == _TOO_MANY_ROWS:
        return SeveralProfiles()
    if status in (401, 403):
        logger.error("the mirror refuses our key (status %s)", status)
        return MirrorRefused()
    if status in _PASSING or status >= 500 or (not code and status >= 400):
        return MirrorUnavailable()
    # Never the message: it quotes the value that was not allowed.
    logger.error("the mirror rejects what is shown (status %s, code %s)", status, code)
    return MirrorRejected()


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None
