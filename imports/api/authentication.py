"""Turns credentials into a principal: a service key, a user's token, or a session.

Each class looks at its own kind only. A header that is there but wrong is 401, whatever cookies
come with it.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DRFSessionAuthentication
from rest_framework.request import Request

from imports.api import service_keys, tokens
from imports.api.principals import Kind, Principal
from imports.api.problems import CsrfFailed, InvalidToken

Authenticated = tuple[Principal, None]


def principal_of(request: HttpRequest) -> Principal | None:
    """Give who calls, by whatever kind of credentials; None if they bring none.

    :raises InvalidToken: they bring credentials that are not valid
    :raises TokensUnavailable: the keys to check a token with cannot be had just now
    """
    credential = _bearer(request)
    if credential is None:
        return _of_session(request)
    return _of_service(credential) or _of_token(credential)


class ServiceKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer <kid>.<secret>``"""

    def authenticate(self, request: Request) -> Authenticated | None:
        credential = _bearer(request)
        principal = _of_service(credential) if credential else None
        return (principal, None) if principal else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="soulprint"'


class UserTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <Supabase JWT>``"""

    def authenticate(self, request: Request) -> Authenticated | None:
        credential = _bearer(request)
        return (_of_token(credential), None) if credential else None


class SessionAuthentication(DRFSessionAuthentication):
    """A session of staff; in local mode, whoever sits at the machine. CSRF is checked."""

    def authenticate(self, request: Request) -> Authenticated | None:
        principal = _of_session(request._request)
        if principal is None:
            return None
        try:
            self.enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise CsrfFailed from None
        return principal, None


def _bearer(request: HttpRequest) -> str | None:
    header = request.META.get("HTTP_AUTHORIZATION")
    if header is None:
        return None
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise InvalidToken
    return str(credential.strip())


def _of_service(credential: str) -> Principal | None:
    """Give the service that holds this key; None if it is no key but a token."""
    if credential.count(".") != 1:
        return None
    name = service_keys.service_of(credential)
    if name is None:
        raise InvalidToken
    return Principal(kind=Kind.SERVICE, name=name)


def _of_token(credential: str) -> Principal:
    user_id = tokens.user_of(credential)
    return Principal(kind=Kind.USER, name=str(user_id), user_id=user_id)


def _of_session(request: HttpRequest) -> Principal | None:
    account = getattr(request, "user", None)
    local_user = uuid.UUID(settings.LOCAL_USER_ID) if settings.LOCAL_MODE else None
    if account is not None and account.is_active and account.is_staff:
        name = account.get_username()
        return Principal(kind=Kind.STAFF, name=name, user_id=local_user, account=account)
    if local_user:
        return Principal(kind=Kind.USER, name="local", user_id=local_user)
    return None
