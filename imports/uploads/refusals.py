"""Why a file, or a piece of one, is not taken."""

from __future__ import annotations

from imports.errors import PermanentFailure


class UploadRefused(PermanentFailure):
    """This cannot be uploaded."""

    code = "upload_refused"


class FileTooLarge(UploadRefused):
    """The file is too large."""

    code = "file_too_large"


class TooManyUploads(UploadRefused):
    """Too many uploads are on their way already."""

    code = "too_many_uploads"
    advice = (
        "Finish or remove an upload first; what nobody goes on with is removed after a day."
    )


class UploadsElsewhere(UploadRefused):
    """Exports of this house do not come in through here."""

    code = "uploads_elsewhere"
    advice = (
        "Send the file to the object store itself, then start the import with its path."
    )


class UploadGone(UploadRefused):
    """There is no such upload any more."""

    code = "upload_gone"
    advice = "Begin it anew."


class WrongOffset(UploadRefused):
    """The piece does not begin where the last one ended."""

    code = "wrong_offset"
    advice = "Ask with HEAD how much has come, and go on from there."


class UploadBusy(UploadRefused):
    """Another piece of this upload is being written."""

    code = "upload_busy"
    retryable = True
    advice = "Wait some seconds, then ask with HEAD how much has come."


class PieceTooLong(UploadRefused):
    """The piece is longer than what is missing."""

    code = "piece_too_long"
    advice = "Send no more than was announced."


class ChecksumMismatch(UploadRefused):
    """The piece did not arrive as it was sent."""

    code = "checksum_mismatch"
    retryable = True
    advice = "It was dropped. Send it again."


class UploadInUse(UploadRefused):
    """This file was imported."""

    code = "upload_in_use"
    advice = "Erase the person, and it is removed with everything else."
