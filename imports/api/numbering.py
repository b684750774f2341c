"""Gives each request an id, which stands in the answer and in every line of the log."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from imports import logs

logger = logging.getLogger(__name__)

_HEADER = "X-Request-ID"
# A caller's own id is kept, as far as it is one.
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = sent if _ID.fullmatch(sent) else uuid.uuid4().hex
        with logs.about(request_id=request_id):
            began = time.monotonic()
            response = self.get_response(request)
            _note(request, response, seconds=time.monotonic() - began)
        response[_HEADER] = request_id
        return response


def _note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    # Polls are many and say nothing. The query is left out: it may be a question to a memory.
    is_quiet = request.method in ("GET", "HEAD", "OPTIONS") and response.status_code < 400
    level = logging.DEBUG if is_quiet else logging.INFO
    if not logger.isEnabledFor(level):
        return
    logger.log(
        level,
        "%s %s -> %s in %.0f ms",
        request.method,
        escape_uri_path(request.path),  # a line break in an address is no line of ours
        response.status_code,
        seconds * 1000,
    )
