"""No query with a null character reaches the database, on whichever page somebody writes one."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db

# Drawn once: tests are named after their addresses, and have the same names in each process.
USER = "11111111-1111-4111-8111-111111111111"


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
        f"/people/{USER}/soulprint/search?q=a%00",
        f"/api/soulprints/{USER}/search/?q=a%00",
    ],
)
def test_it_is_refused(address: str) -> None:
    chief = Client()
    chief.force_login(User.objects.create_superuser("chief"))

    answer = chief.get(address)

    assert answer.status_code == 400
