"""Staff who look at the console."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client


def _client(role: str) -> Client:
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    """Somebody who may look at imports and press nothing."""
    return _client("viewer")


@pytest.fixture
def operator(db: None) -> Client:
    return _client("operator")


@pytest.fixture
def reader(db: None) -> Client:
    """Somebody who may read what people said."""
    return _client("content reader")


@pytest.fixture
def admin(db: None) -> Client:
    return _client("admin")


@pytest.fixture
def chief(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client
