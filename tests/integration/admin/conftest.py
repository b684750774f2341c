"""Staff who look at the console."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


def _client(*permissions: str) -> Client:
    user = User.objects.create_user("ada", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    """Somebody who may look at imports and press nothing."""
    return _client("view_importjob")


@pytest.fixture
def operator(db: None) -> Client:
    return _client("view_importjob", "retry_importjob", "cancel_importjob")


@pytest.fixture
def chief(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief", password="x"))
    return client
