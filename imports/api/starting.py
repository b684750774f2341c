"""Starts an import for whoever asked, once per Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from imports import intake
from imports.api.principals import Principal
from imports.api.problems import (
    IdempotencyKeyReused,
    InvalidIdempotencyKey,
    PathOfAnotherUser,
)
from imports.models import IdempotencyKey, ImportJob
from imports.object_path import ObjectPath

KEYS_ARE_KEPT = timedelta(hours=48)
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What a start asks for, however the call that asked was spelled."""

    user_id: uuid.UUID
    storage_path: str
    announced_conversations: int | None = None
    announced_messages: int | None = None

    @property
    def fingerprint(self) -> str:
        parts = [str(self.user_id), self.storage_path]
        counts = [self.announced_conversations, self.announced_messages]
        return hashlib.sha256(json.dumps([*parts, *counts]).encode()).hexdigest()


def start(trigger: Trigger, *, principal: Principal, key: str | None) -> ImportJob:
    """Start an import, or give the job that this trigger or this key has started before.

    :raises BadObjectPath: it is no path of an export
    :raises PathOfAnotherUser: it is somebody else's
    :raises ImportInProgress: another export of this user is being imported
    :raises InvalidIdempotencyKey: the key cannot be used
    :raises IdempotencyKeyReused: the key belongs to another request
    """
    path = ObjectPath.parse_any(trigger.storage_path, buckets=settings.IMPORT_BUCKETS)
    if path.user_id != trigger.user_id:
        raise PathOfAnotherUser
    if key is None:
        return _start(trigger, principal)
    if not _KEY.fullmatch(key):
        raise InvalidIdempotencyKey
    with transaction.atomic():
        return _start_once(trigger, principal, key)


def _start_once(trigger: Trigger, principal: Principal, key: str) -> ImportJob:
    asked_by = str(principal)
    _one_at_a_time(asked_by, key)
    keys = IdempotencyKey.objects.filter(principal=asked_by, key=key)
    keys.filter(created_at__lt=Now() - KEYS_ARE_KEPT).delete()
    known = keys.select_related("job").first()
    if known is None:
        job = _start(trigger, principal)
        keys.create(principal=asked_by, key=key, fingerprint=trigger.fingerprint, job=job)
        return job
    if known.fingerprint != trigger.fingerprint:
        raise IdempotencyKeyReused
    return known.job


def _start(trigger: Trigger, principal: Principal) -> ImportJob:
    return intake.start(
        user_id=trigger.user_id,
        storage_path=trigger.storage_path,
        requested_by=principal.who,
        announced_conversations=trigger.announced_conversations,
        announced_messages=trigger.announced_messages,
    )


def _one_at_a_time(asked_by: str, key: str) -> None:
    # The second of two calls with one key waits for the first one's answer.
    digest = hashlib.blake2b(f"{asked_by}\n{key}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest, "big", signed=True)]
        )
