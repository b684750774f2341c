"""Who calls, and which rows they may see: permissions are querysets, so what is not yours is 404."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.http import Http404
from rest_framework.request import Request

from imports.actors import Staff, Who
from imports.api.problems import UserMismatch, UserRequired
from imports.models import ImportJob
from imports.models.jobs import ImportJobQuerySet


class Kind(enum.StrEnum):
    SERVICE = "service"
    USER = "user"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller whose credentials were checked.

    ``user_id`` is whose rows are meant when the request names nobody; a service has none.
    ``account`` is the Django account of staff, which carries their permissions.
    """

    is_authenticated: ClassVar[bool] = True

    kind: Kind
    name: str
    user_id: uuid.UUID | None = None
    account: Any = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def who(self) -> Who:
        """Give who asks, to whoever asks again whether they may."""
        return Staff(name=str(self), account=self.account) if self.account else str(self)

    @property
    def sees_everybody(self) -> bool:
        return self.kind is not Kind.USER

    def may(self, permission: str) -> bool:
        """Say whether it may do this at all; staff need the Django permission."""
        return self.account is None or bool(self.account.has_perm(permission))

    def jobs(self) -> ImportJobQuerySet:
        """Give the jobs that exist for this caller."""
        jobs = ImportJob.objects.all()
        return jobs if self.sees_everybody else jobs.of_user(self._user(None))

    def reads_user(self, asked: uuid.UUID | None) -> uuid.UUID:
        """Give whose rows to read.

        :raises Http404: they are somebody else's
        :raises UserRequired: nobody was named, and the caller is no user itself
        """
        if asked and not self.sees_everybody and asked != self.user_id:
            raise Http404
        return self._user(asked)

    def starts_for(self, asked: uuid.UUID | None) -> uuid.UUID:
        """Give for whom to start an import.

        :raises UserMismatch: a user named somebody else
        :raises UserRequired: nobody was named, and the caller is no user itself
        """
        if asked and not self.sees_everybody and asked != self.user_id:
            raise UserMismatch
        return self._user(asked)

    def _user(self, asked: uuid.UUID | None) -> uuid.UUID:
        user_id = asked or self.user_id
        if user_id is None:
            raise UserRequired
        return user_id


def caller(request: Request) -> Principal:
    """Give who calls; the authentication classes have put them there."""
    return cast(Principal, request.user)
