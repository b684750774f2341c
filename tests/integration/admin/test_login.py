"""Who guesses passwords is made to wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db.models import F
from django.test import Client

from imports.admin import login
from imports.models import ServiceThrottle

pytestmark = pytest.mark.django_db

LOCKED = "Too many wrong passwords"


@pytest.fixture(autouse=True)
def ada(settings: Any) -> User:
    # A hash that takes half a second is right for staff and wrong for forty guesses in a test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user("ada", password="right", is_staff=True)


def _try(password: str, *, name: str = "ada", address: str = "10.0.0.1") -> str:
    client = Client(REMOTE_ADDR=address)
    page = client.post("/admin/login/", {"username": name, "password": password})
    return "in" if page.status_code == 302 else page.content.decode()


def _guess(times: int, *, address: str = "10.0.0.1") -> None:
    for _ in range(times):
        _try("wrong", address=address)


def test_after_five_wrong_passwords_the_right_one_must_wait() -> None:
    _guess(login.FROM_ONE_ADDRESS)

    assert LOCKED in _try("right")
    assert LOCKED in _try("right", name=" ADA ")


def test_the_wait_ends() -> None:
    _guess(login.FROM_ONE_ADDRESS)
    past = F("window_start") - login.COOL_OFF - timedelta(seconds=1)
    ServiceThrottle.objects.update(window_start=past)

    assert _try("right") == "in"


def test_a_right_password_forgives_the_wrong_ones_before() -> None:
    _guess(login.FROM_ONE_ADDRESS - 1)

    assert _try("right") == "in"
    assert not ServiceThrottle.objects.exists()


def test_no_password_at_all_forgives_nothing() -> None:
    _guess(login.FROM_ONE_ADDRESS - 1)
    _try("")
    _guess(1)

    assert LOCKED in _try("right")


def test_somebody_elsewhere_does_not_lock_the_account_out() -> None:
    _guess(login.FROM_ONE_ADDRESS, address="10.6.6.6")

    assert _try("right") == "in"


def test_guessing_from_many_addresses_comes_to_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(login, "FROM_ANYWHERE", 6)
    for place in range(6):
        _try("wrong", address=f"10.1.0.{place}")

    assert LOCKED in _try("right", address="10.2.0.1")


def test_an_account_that_does_not_exist_is_locked_alike() -> None:
    for _ in range(login.FROM_ONE_ADDRESS):
        _try("wrong", name="nobody")

    assert LOCKED in _try("wrong", name="nobody")


def test_no_name_and_no_address_is_stored() -> None:
    _guess(1)

    stored = str(list(ServiceThrottle.objects.values()))
    assert "ada" not in stored
    assert "10.0.0.1" not in stored


def test_the_login_takes_no_files_from_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", _not_here)
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies["csrftoken"] = "a" * 32
    file = SimpleUploadedFile("x.zip", b"x" * 3_000_000)  # more than is kept in memory

    answer = visitor.post("/admin/login/", {"file": file})

    assert answer.status_code == 403


def _not_here(*args: Any) -> None:
    raise AssertionError("a file of a stranger reached the disk")
