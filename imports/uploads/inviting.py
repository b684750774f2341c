"""Lets a browser send a file straight to the object store, where the store takes files by itself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from imports import wiring
from imports.models import ExpectedFile
from imports.object_path import ObjectPath
from imports.ports import Invitation, InvitingStore
from imports.uploads.storing import new_path

# The store lets an upload that was begun go on for a day.
GOOD_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation, and the ``storage_path`` under which the file will lie."""

    invitation: Invitation
    storage_path: str


def invite(*, user_id: uuid.UUID, filename: str, storage_path: str = "") -> Invited | None:
    """Invite one file of a person, or again one that was begun; None where files come to us.

    :raises BadObjectPath: the path is not one of this person
    :raises TransientFailure: the store does not answer as it should
    """
    store = wiring.ports().objects
    if not isinstance(store, InvitingStore):
        return None
    path = storage_path or new_path(user_id=user_id, filename=filename)
    ObjectPath.parse(path, user_id=user_id, buckets=settings.IMPORT_BUCKETS)
    expires_at = Now() + GOOD_FOR
    if storage_path:
        # Of what else lies in this person's folder we are no judges.
        expected = ExpectedFile.objects.of_user(user_id).filter(storage_path=path)
        expected.update(expires_at=expires_at, is_unwanted=False)
    else:
        ExpectedFile.objects.create(
            storage_path=path, user_id=user_id, expires_at=expires_at
        )
    return Invited(invitation=store.invite(path), storage_path=path)
