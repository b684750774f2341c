"""The name of an object: ``<bucket>/<user_id>/<object...>``, taken verbatim or refused.

The text comes from outside and ends in an address that is asked for with a service key. HTTP
clients resolve ``..`` before they send, so everything but a short alphabet is refused here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from imports.errors import PermanentFailure

MAX_LENGTH = 1024
_SEGMENT = re.compile(r"[A-Za-z0-9_!*'()$@=;:+,&. -]{1,200}")


class BadObjectPath(PermanentFailure, ValueError):
    """The storage path is not one that we accept."""

    code = "bad_storage_path"


@dataclass(frozen=True, slots=True)
class ObjectPath:
    """A path of which every segment has been checked."""

    bucket: str
    user_id: uuid.UUID
    segments: tuple[str, ...]  # below the user's folder

    @classmethod
    def parse(cls, text: str, *, user_id: uuid.UUID, buckets: Sequence[str]) -> Self:
        """Read the path of an object that belongs to this user.

        :raises BadObjectPath: it is no such path, and ``detail`` names the segment
        """
        path = cls.parse_any(text, buckets=buckets)
        if path.user_id != user_id:
            raise BadObjectPath("Segment 2 is not the id of the user.")
        return path

    @classmethod
    def parse_any(cls, text: str, *, buckets: Sequence[str]) -> Self:
        """Read the path of an object, whoever it belongs to.

        :raises BadObjectPath: it is no such path, and ``detail`` names the segment
        """
        if not isinstance(text, str):
            raise BadObjectPath("The path is not a text.")
        if len(text) > MAX_LENGTH:
            raise BadObjectPath(f"The path is longer than {MAX_LENGTH} characters.")
        bucket, *below = text.split("/")
        if bucket not in buckets:
            raise BadObjectPath(
                f"Segment 1, {_shown(bucket)}, is not a bucket for exports."
            )
        if len(below) < 2:
            raise BadObjectPath("The path is not <bucket>/<user id>/<object>.")
        for number, segment in enumerate(below, start=2):
            _check(segment, number=number)
        return cls(bucket, _user_id(below[0]), tuple(below[1:]))

    @classmethod
    def parse_kept(cls, text: str) -> Self:
        """Read a path that was accepted before: its bucket may have left the settings since.

        :raises BadObjectPath: it is no such path, and ``detail`` names the segment
        """
        bucket = text.partition("/")[0]
        _check(bucket, number=1)
        return cls.parse_any(text, buckets=(bucket,))

    @property
    def key(self) -> str:
        """The name of the object inside its bucket."""
        return "/".join((str(self.user_id), *self.segments))

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}"


def _check(segment: str, *, number: int) -> None:
    if not segment:
        raise BadObjectPath(f"Segment {number} is empty.")
    if segment in (".", ".."):
        raise BadObjectPath(f"Segment {number}, {_shown(segment)}, is a step, not a name.")
    if len(segment) > 200:
        raise BadObjectPath(f"Segment {number} is longer than 200 characters.")
    if segment != segment.strip():
        raise BadObjectPath(
            f"Segment {number}, {_shown(segment)}, begins or ends with a space."
        )
    if not _SEGMENT.fullmatch(segment):
        raise BadObjectPath(
            f"Segment {number}, {_shown(segment)}, has a character that is not allowed."
        )


def _user_id(segment: str) -> uuid.UUID:
    try:
        user_id = uuid.UUID(segment)
    except ValueError:
        user_id = None
    # Other spellings of the same id would be other folders in the store.
    if user_id is None or str(user_id) != segment:
        raise BadObjectPath(f"Segment 2, {_shown(segment)}, is not the id of a user.")
    return user_id


def _shown(segment: str) -> str:
    return ascii(segment if len(segment) <= 60 else segment[:60] + "...")
