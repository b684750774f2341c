"""Who may come in, and what a page may load.

The pages act as the local user without a session, so they exist in local mode only; what changes
something is a POST with a CSRF token. Nothing is loaded from another host, and no script stands
in a page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

View = Callable[..., HttpResponseBase]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def local_page(view: View) -> View:
    """Show a page in local mode, and the console's door anywhere else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.LOCAL_MODE:
            return redirect("admin:index")
        return _sealed(view(request, *args, **kwargs))

    return guarded


def local_answer(view: View) -> View:
    """Answer a script of ours in local mode; elsewhere there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.LOCAL_MODE:
            raise Http404
        return _sealed(view(request, *args, **kwargs))

    return guarded


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    response["Content-Security-Policy"] = _POLICY
    response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if isinstance(response, HttpResponse):
        response.setdefault("Cache-Control", "no-store")
    return response
