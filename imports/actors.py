"""Who asks for something. Staff carry their account, so that what they may do is asked again
behind every door; a plain name is somebody whose right was settled before: a service key, a
user over what is theirs, a command in a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """This account may not do that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Somebody with a Django account."""

    name: str
    account: Any

    def __str__(self) -> str:
        return self.name


Who = Staff | str


def require(who: Who, permission: str) -> None:
    """Let pass whoever may do this.

    :raises NotAllowed: they may not
    """
    if isinstance(who, Staff) and not who.account.has_perm(permission):
        raise NotAllowed(permission)
