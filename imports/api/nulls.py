"""Refuses a query with a null character, which PostgreSQL takes in no text: the API says which field
it was, but the pages and the console ask the database for whatever stands in their address.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class NoNullsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("Null characters are not allowed.")
        return self.get_response(request)
