"""The ways in which an export can be unreadable, each with what to do about it.

PermanentFailure
`-- ExportFailure
    |-- EmptyFile  UnsupportedFile  TooLarge
    |-- IncompleteFile            the upload or download broke off
    |-- GzipCorrupt
    |-- ZipFailure
    |   |-- ZipCorrupt  ZipSizeMismatch  ZipEncrypted  ZipMethod
    |   |-- ZipAmbiguous  ZipOverlap  ZipBomb  ZipTooManyFiles
    |   `-- NestedZip
    |-- TruncatedJson  CorruptJson     what came before was read
    `-- NotAnExport
        `-- IndexNotConversations  ManifestOnly  NoMessages
"""

from __future__ import annotations

from imports.errors import PermanentFailure


class ExportFailure(PermanentFailure):
    """This file cannot be read as an export."""

    code = "unreadable_export"
    advice = "Download the export again and upload it unchanged."


class EmptyFile(ExportFailure):
    """The file is empty."""

    code = "empty_file"
    advice = "The upload has no content. Download the export again and upload it."


class UnsupportedFile(ExportFailure):
    """This kind of file cannot be imported."""

    code = "unsupported_file"
    advice = "Upload the ZIP from the export e-mail, or the conversations.json in it."


class TooLarge(ExportFailure):
    """The export is larger than we accept."""

    code = "too_large"
    advice = "Upload only the conversation files of the export, without its images."


class IncompleteFile(ExportFailure):
    """The file is incomplete: a download or upload broke off."""

    code = "incomplete_file"
    advice = "Download the export again, wait until it has finished, then upload it."


class GzipCorrupt(ExportFailure):
    """The gzip file is damaged."""

    code = "gzip_corrupt"


class ZipFailure(ExportFailure):
    """The ZIP cannot be read."""

    code = "zip_unreadable"


class ZipCorrupt(ZipFailure):
    """The ZIP is damaged."""

    code = "zip_corrupt"


class ZipSizeMismatch(ZipFailure):
    """A file in the ZIP is not as large as the ZIP says."""

    code = "zip_size_mismatch"


class ZipEncrypted(ZipFailure):
    """The ZIP is protected by a password."""

    code = "zip_encrypted"
    advice = "Unpack it with the password and upload the conversations.json in it."


class ZipMethod(ZipFailure):
    """The ZIP is packed in a way we cannot read."""

    code = "zip_method"
    advice = "Unpack it and upload the conversations.json in it, or pack it as plain ZIP."


class ZipAmbiguous(ZipFailure):
    """The ZIP holds the same file twice."""

    code = "zip_ambiguous"


class ZipOverlap(ZipFailure):
    """Files in the ZIP overlap each other."""

    code = "zip_overlap"


class ZipBomb(ZipFailure):
    """The ZIP unpacks to far more than an export can hold."""

    code = "zip_bomb"


class ZipTooManyFiles(ZipFailure):
    """The ZIP holds too many files."""

    code = "zip_too_many_files"
    advice = "Upload only the conversation files of the export."


class NestedZip(ZipFailure):
    """The export lies in a ZIP inside this ZIP."""

    code = "nested_zip"
    advice = "Unpack this ZIP once and upload the ZIP you find in it."


class TruncatedJson(ExportFailure):
    """The JSON breaks off in the middle."""

    code = "truncated_json"


class CorruptJson(ExportFailure):
    """The JSON is damaged."""

    code = "corrupt_json"


class NotAnExport(ExportFailure):
    """This is not a chat export that we know."""

    code = "not_an_export"
    advice = "Upload the ZIP from the export e-mail, or the conversations.json in it."


class IndexNotConversations(NotAnExport):
    """This file lists conversations but does not hold them."""

    code = "index_not_conversations"
    advice = "Upload the whole ZIP, or conversations.json instead of this list."


class ManifestOnly(NotAnExport):
    """This file only names the parts of an export."""

    code = "manifest_only"
    advice = "Download the ZIP files that it names and upload those."


class NoMessages(NotAnExport):
    """The file was read, but there is not one message in it."""

    code = "no_messages"
    advice = "Check that this is the export of your chats; request a new one if it is."
