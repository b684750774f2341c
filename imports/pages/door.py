"""Who may come in, for whom, and what a page may load.

In local mode the pages act as the local user, without a session. Below ``/people/`` staff find
a person, and the same pages of that person, each with the permission that it names. What changes something is a POST
with a CSRF token. Nothing is loaded from another host, and no script stands in a page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from imports.actors import Staff, Who

Door = Callable[..., HttpResponseBase]
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """For whom a page is shown, and who looks at it."""

    user_id: uuid.UUID
    who: Who

    @property
    def is_own(self) -> bool:
        return not isinstance(self.who, Staff)

    def may(self, permission: str) -> bool:
        return not isinstance(self.who, Staff) or bool(
            self.who.account.has_perm(permission)
        )

    def address(self, name: str, *arguments: object) -> str:
        """Give the address of another page for the same person."""
        if self.is_own:
            return reverse(f"pages:{name}", args=arguments)
        return reverse(f"people:{name}", args=[self.user_id, *arguments])


def page(*, needs: str) -> Callable[[View], Door]:
    """Show a page to whoever may see it, and the way in to anybody else."""

    def wrap(view: View) -> Door:
        @wraps(view)
        def guarded(
            request: HttpRequest, user_id: uuid.UUID | None = None, **named: Any
        ) -> HttpResponseBase:
            visit = _visit(request, user_id, needs)
            if visit is None and user_id is None:
                return redirect("admin:index")
            if visit is None:
                if request.user.is_authenticated:
                    raise PermissionDenied
                return redirect_to_login(request.get_full_path())
            return _sealed(view(request, visit, **named))

        return guarded

    return wrap


def staff_page(*, needs: str) -> Callable[[Callable[..., HttpResponseBase]], Door]:
    """Show a page about many people to staff who may see it."""

    def wrap(view: Callable[..., HttpResponseBase]) -> Door:
        @wraps(view)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponseBase:
            staff = _staff(request, needs)
            if staff is None:
                if request.user.is_authenticated:
                    raise PermissionDenied
                return redirect_to_login(request.get_full_path())
            return _sealed(view(request, staff, **named))

        return guarded

    return wrap


def answer(*, needs: str) -> Callable[[View], Door]:
    """Answer a script of ours; for whoever may not ask there is nothing here."""

    def wrap(view: View) -> Door:
        @wraps(view)
        def guarded(
            request: HttpRequest, user_id: uuid.UUID | None = None, **named: Any
        ) -> HttpResponseBase:
            visit = _visit(request, user_id, needs)
            if visit is None:
                raise Http404
            return _sealed(view(request, visit, **named))

        return guarded

    return wrap


def _visit(request: HttpRequest, user_id: uuid.UUID | None, needs: str) -> Visit | None:
    if user_id is None:
        if not settings.LOCAL_MODE:
            return None
        return Visit(user_id=uuid.UUID(settings.LOCAL_USER_ID), who="local user")
    staff = _staff(request, needs)
    return Visit(user_id=user_id, who=staff) if staff else None


def _staff(request: HttpRequest, needs: str) -> Staff | None:
    account: Any = request.user
    if not (account.is_active and account.is_staff and account.has_perm(needs)):
        return None
    return Staff(name=account.get_username(), account=account)


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    response["Content-Security-Policy"] = _policy()
    response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if isinstance(response, HttpResponse):
        response.setdefault("Cache-Control", "no-store")
    return response


def _policy() -> str:
    # A file goes straight to the store where there is one elsewhere.
    store = urlsplit(settings.SUPABASE_URL)
    elsewhere = f" {store.scheme}://{store.netloc}" if store.netloc else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self'{elsewhere}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
