"""Lets the pages of the exact origins in ``CORS_ALLOWED_ORIGINS`` call the API from a browser.

No cookies: a page elsewhere sends its user's token. The console answers nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

_ALLOW = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        # These come with every call that supabase-js makes by itself.
        "Apikey, X-Client-Info, "
        "Authorization, Content-Type, Idempotency-Key, If-None-Match, Tus-Resumable, "
        "Upload-Checksum, Upload-Length, Upload-Metadata, Upload-Offset"
    ),
    "Access-Control-Max-Age": "600",
}
_EXPOSE = (
    "ETag, Location, Retry-After, Soulprint-Storage-Path, Tus-Resumable, Upload-Expires, "
    "Upload-Length, Upload-Metadata, Upload-Offset, WWW-Authenticate, X-Request-ID"
)


class CorsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = request.META.get("HTTP_ORIGIN", "")
        if not origin or request.path.startswith("/admin/"):
            return self.get_response(request)
        is_allowed = origin in settings.CORS_ALLOWED_ORIGINS
        is_preflight = "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
        if is_allowed and request.method == "OPTIONS" and is_preflight:
            response = HttpResponse(status=204, headers=_ALLOW)
        else:
            response = self.get_response(request)
        if is_allowed:
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Expose-Headers"] = _EXPOSE
        patch_vary_headers(response, ["Origin"])
        return response
