"""Checks service keys ``<kid>.<secret>``: several at once, only their hashes are known here."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.crypto import constant_time_compare


def service_of(credential: str) -> str | None:
    """Give the name of the service that holds this key; None if nobody does."""
    kid, _, secret = credential.partition(".")
    digest = hashlib.sha256(secret.encode()).hexdigest()
    found = None
    # Every key is compared: the time taken says nothing of which one came close.
    for known, expected in settings.SERVICE_KEYS.items():
        is_name = constant_time_compare(known, kid)
        is_secret = constant_time_compare(expected, digest)
        if is_name and is_secret:
            found = known
    return found
