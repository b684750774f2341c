"""Takes a call that brings its own credentials straight to its view.

It needs no session, no CSRF token, no account and no messages, and what the browser's middleware
does for those takes longer than the query of a poll. Everything else takes the long way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from imports.api.answers import root_of
from imports.api.views.base import ApiView

# Whoever polls asks for the same address again and again.
_resolve = lru_cache(maxsize=512)(resolve)


class StraightToTheView:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._straight(request) or self.get_response(request)
        if response.status_code in (204, 304):
            # There is no body to describe; a cache would take it for news of the one it holds.
            response.headers.pop("Content-Type", None)
            response.headers.pop("Content-Length", None)
        return response

    def _straight(self, request: HttpRequest) -> HttpResponse | None:
        """Answer a call that brings its own credentials; None if it takes the long way."""
        if "HTTP_AUTHORIZATION" not in request.META:
            return None
        match = _resolve(request.path_info)
        if not issubclass(getattr(match.func, "cls", object), ApiView):
            return None
        root_of(request)  # refuses a host that is not ours
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response
