"""Small answers that keep an open page of the console fresh: a body and its ETag.

The browser asks again with the ETag it holds; while nothing changed it gets an empty 304.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.template.loader import render_to_string


def fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with a rendered piece of a page."""
    body = render_to_string(template, context, request)
    return _tagged(request, HttpResponse(body), body)


def values(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    """Answer with JSON."""
    response = JsonResponse(content)
    return _tagged(request, response, json.dumps(content, sort_keys=True, default=str))


def _tagged(request: HttpRequest, response: HttpResponse, body: str) -> HttpResponse:
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache, private"
    return response
