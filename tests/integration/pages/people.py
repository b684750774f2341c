"""The local user, and what they have."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings

from imports.models import ImportJob
from tests.factories import make_job

USER = uuid.UUID(settings.LOCAL_USER_ID)


def own_job(**fields: Any) -> ImportJob:
    """Make an import of the local user."""
    return make_job(user_id=USER, **fields)
