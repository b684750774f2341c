"""Everybody who may call, as test clients with real credentials."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client

SECRET = "a-secret-of-the-site-that-nobody-guesses"
KEYS = {"site": hashlib.sha256(SECRET.encode()).hexdigest()}
SERVICE_KEY = f"site.{SECRET}"


def client(*, bearer: str | None = None, **options: Any) -> Client:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else None
    return Client(headers=headers, raise_request_exception=False, **options)


def service() -> Client:
    return client(bearer=SERVICE_KEY)


def staff(*permissions: str, is_superuser: bool = False) -> Client:
    """A signed-in member of staff whose page sends the CSRF token, as ours does."""
    account = User.objects.create_user(
        username="ada", is_staff=True, is_superuser=is_superuser
    )
    account.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    signed_in = client()
    signed_in.force_login(account)
    return signed_in
