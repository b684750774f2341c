"""Every answer that is no success, as ``application/problem+json`` (RFC 9457).

    ApiProblem
    |-- BadRequest, BodyTooLarge, UnsupportedBody ...   what was sent
    |-- NotAuthenticated, InvalidToken, NotAllowed ...  who sent it
    |-- NotFound, MethodNotAllowed                      where it was sent
    |-- Conflict: ImportInProgress ...                  what stands in its way
    `-- TooManyCalls, Unavailable, InternalError        not now

The first line of a docstring is the title, ``code`` the stable name for machines.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.http import HttpResponse

from imports.api.answers import answer


class ApiProblem(Exception):
    """The request could not be answered."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    advice: ClassVar[str] = ""

    def __init__(
        self,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail or self.advice or self.title())
        self.detail = detail or self.advice or self.title()
        self.headers = dict(headers or {})
        self.members = members

    @classmethod
    def title(cls) -> str:
        return (inspect.getdoc(cls) or "").split("\n", 1)[0]

    def answer(self) -> HttpResponse:
        body = {
            "type": f"urn:soulprint:problem:{self.code}",
            "title": self.title(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.members,
        }
        return answer(
            body,
            status=self.status,
            headers={"Cache-Control": "no-store", **self.headers},
            content_type="application/problem+json",
        )


def all_problems(parent: type[ApiProblem] = ApiProblem) -> Iterator[type[ApiProblem]]:
    """Give every kind of problem that can be answered, for the documentation."""
    for problem in parent.__subclasses__():
        yield problem
        yield from all_problems(problem)


# --- what was sent ---------------------------------------------------------------------------


class BadRequest(ApiProblem):
    """The request cannot be understood."""

    status = 400
    code = "bad_request"


class InvalidJson(BadRequest):
    """The body is not valid JSON."""

    code = "invalid_json"
    advice = "Send one JSON object in UTF-8, each name once, without NaN or Infinity."


class InvalidRequest(BadRequest):
    """A field is missing, unknown or wrong."""

    code = "invalid_request"
    advice = "See the list of errors."


class InvalidStoragePath(BadRequest):
    """The storage path cannot be used."""

    code = "invalid_storage_path"
    advice = "It must read <bucket>/<user_id>/<name>."


class InvalidIdempotencyKey(BadRequest):
    """The Idempotency-Key is not usable."""

    code = "invalid_idempotency_key"
    advice = "Send 1 to 255 printable ASCII characters."


class UserRequired(BadRequest):
    """The request must name a user."""

    code = "user_required"
    advice = "Send user_id; only a user's own token may leave it out."


class BodyTooLarge(ApiProblem):
    """The body is too large."""

    status = 413
    code = "body_too_large"
    advice = "A body may have 16 kB."


class UnsupportedBody(ApiProblem):
    """The body is of another kind."""

    status = 415
    code = "unsupported_media_type"
    advice = "Send Content-Type: application/json."


class FileTooLarge(BodyTooLarge):
    """The file is too large."""

    code = "file_too_large"


class TooManyUploads(BodyTooLarge):
    """Too many uploads are on their way already."""

    code = "too_many_uploads"


class PieceTooLong(BodyTooLarge):
    """The piece is longer than what is missing."""

    code = "piece_too_long"


class WrongTusVersion(ApiProblem):
    """Uploads speak tus 1.0.0."""

    status = 412
    code = "wrong_tus_version"
    advice = "Send Tus-Resumable: 1.0.0."


class ChecksumMismatch(ApiProblem):
    """The piece did not arrive as it was sent."""

    status = 460  # as the protocol has it
    code = "checksum_mismatch"


class IdempotencyKeyReused(ApiProblem):
    """This Idempotency-Key was used for another request."""

    status = 422
    code = "idempotency_key_reused"
    advice = "Make a new key for a new request."


# --- who sent it -----------------------------------------------------------------------------


class NotAuthenticated(ApiProblem):
    """Credentials are missing."""

    status = 401
    code = "not_authenticated"
    advice = "Send Authorization: Bearer with a service key or a user's token."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer realm="soulprint"'})


class InvalidToken(ApiProblem):
    """The credentials are not valid."""

    status = 401
    code = "invalid_token"
    advice = "The key or token is unknown, expired, revoked or not for this service."

    def __init__(self) -> None:
        super().__init__(
            headers={"WWW-Authenticate": 'Bearer realm="soulprint", error="invalid_token"'}
        )


class NotAllowed(ApiProblem):
    """You may not do this."""

    status = 403
    code = "not_allowed"


class UserMismatch(NotAllowed):
    """A user may start an import only for themselves."""

    code = "user_mismatch"
    advice = "Leave user_id out, or send the user of the token."


class PathOfAnotherUser(NotAllowed):
    """The storage path lies in the folder of another user."""

    code = "storage_path_of_another_user"
    advice = "Its second segment must be the user whom the import is for."


class CsrfFailed(NotAllowed):
    """The request does not prove that it comes from our own page."""

    code = "csrf_failed"
    advice = "Send the CSRF token as X-CSRFToken, or use a key or a token."


# --- where it was sent -----------------------------------------------------------------------


class NotFound(ApiProblem):
    """There is no such thing."""

    status = 404
    code = "not_found"


class UploadGone(NotFound):
    """There is no such upload any more."""

    code = "upload_gone"


class NoSuchPage(NotFound):
    """The cursor is not one of ours."""

    code = "invalid_cursor"
    advice = "Follow the 'next' address of a page as it is."


class MethodNotAllowed(ApiProblem):
    """This address does not answer this method."""

    status = 405
    code = "method_not_allowed"


class NotAcceptable(ApiProblem):
    """What is here cannot be had in the form that was asked for."""

    status = 406
    code = "not_acceptable"


# --- what stands in its way ------------------------------------------------------------------


class Conflict(ApiProblem):
    """The state of things does not allow it."""

    status = 409
    code = "conflict"


class InProgress(Conflict):
    """Another import of this user is active."""

    code = "import_in_progress"
    advice = "Wait for it, or cancel it."


class WrongState(Conflict):
    """The import is not in a state in which this can be done."""

    code = "wrong_state"
    advice = (
        "Only an active import can be cancelled, only a failed or cancelled one retried."
    )


class UploadsElsewhere(Conflict):
    """Exports of this house do not come in through here."""

    code = "uploads_elsewhere"


class UploadInUse(Conflict):
    """This file was imported."""

    code = "upload_in_use"


class WrongOffset(Conflict):
    """The piece does not begin where the last one ended."""

    code = "wrong_offset"


class UploadBusy(ApiProblem):
    """Another piece of this upload is being written."""

    status = 423
    code = "upload_busy"


# --- not now ---------------------------------------------------------------------------------


class TooManyCalls(ApiProblem):
    """Too many calls."""

    status = 429
    code = "too_many_calls"
    advice = "Wait as long as Retry-After says."


class NoRoom(ApiProblem):
    """There is no room on the disk just now."""

    status = 507
    code = "disk_full"


class InternalError(ApiProblem):
    """Something went wrong on our side."""

    code = "internal_error"
    advice = "It was recorded. Try again later."


class Unavailable(ApiProblem):
    """Something we depend on does not answer just now."""

    status = 503
    code = "temporarily_unavailable"
    advice = "Nothing is lost. Try again in a moment."

    def __init__(self, detail: str = "", **members: Any) -> None:
        super().__init__(detail, headers={"Retry-After": "5"}, **members)


class DatabaseUnavailable(Unavailable):
    """The database does not answer just now."""

    code = "database_unavailable"


class TokensUnavailable(Unavailable):
    """User tokens cannot be checked just now."""

    code = "tokens_unavailable"


class NotReady(Unavailable):
    """Imports cannot be done just now."""

    code = "not_ready"
