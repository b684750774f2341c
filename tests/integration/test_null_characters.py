"""No query with a null character reaches the database, on whichever page somebody writes one."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/admin/imports/importjob/?group=a%00",
        "/admin/imports/importjob/?status__exact=a%00",
        "/admin/imports/importjob/?storage_path__contains=a%00",
        "/admin/imports/staffaction/?actor=a%00",
        "/admin/imports/fact/?category=a%00",
        "/admin/auth/user/?username=a%00",
        "/admin/autocomplete/?app_label=auth&model_name=user&field_name=groups&term=%00",
        "/people/?q=a%00",
        f"/people/{uuid.uuid4()}/soulprint/search?q=a%00",
        f"/api/soulprints/{uuid.uuid4()}/search/?q=a%00",
    ],
)
def test_it_is_refused(address: str) -> None:
    chief = Client()
    chief.force_login(User.objects.create_superuser("chief"))

    answer = chief.get(address)

    assert answer.status_code == 400
