"""Takes files in: whole, or in pieces that may come hours apart, and puts them where an import finds them.

begin -> write, write, ... -> finished: an object under its ``storage_path``
  |        |                      `-- nobody imports it for a day: removed
  `--------`-- nothing comes for a day, or the person gives up: removed

invite -> it goes straight to a store elsewhere; nobody imports it for a day, or the person is
          erased: removed, also when it comes after that
"""

from imports.uploads.expiry import remove_expired
from imports.uploads.growing import begin, discard, find, forget, write
from imports.uploads.inviting import Invited, invite
from imports.uploads.pieces import ALGORITHMS, Piece
from imports.uploads.refusals import (
    ChecksumMismatch,
    FileTooLarge,
    PieceTooLong,
    TooManyUploads,
    UploadBusy,
    UploadGone,
    UploadInUse,
    UploadRefused,
    UploadsElsewhere,
    WrongOffset,
)
from imports.uploads.storing import store

__all__ = [
    "ALGORITHMS",
    "ChecksumMismatch",
    "FileTooLarge",
    "Invited",
    "Piece",
    "PieceTooLong",
    "TooManyUploads",
    "UploadBusy",
    "UploadGone",
    "UploadInUse",
    "UploadRefused",
    "UploadsElsewhere",
    "WrongOffset",
    "begin",
    "discard",
    "find",
    "forget",
    "invite",
    "remove_expired",
    "store",
    "write",
]
