"""The words of tus 1.0: what its headers say, read once into values.

https://tus.io/protocols/resumable-upload, with the extensions that ``EXTENSIONS`` lists.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.http import http_date

from imports.api import problems
from imports.models import Upload
from imports.uploads import ALGORITHMS, Piece

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination,checksum"
PIECE_TYPE = "application/offset+octet-stream"
# Where the finished object lies: the name that an import is started with.
PATH_HEADER = "Soulprint-Storage-Path"
_BLOCK = 1 << 16
_MOST_METADATA = 4096
_KEY = re.compile("[!-~]+")


def refuse_other_versions(request: HttpRequest) -> None:
    """:raises WrongTusVersion: the client speaks another version, or another protocol"""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise problems.WrongTusVersion(headers={"Tus-Version": VERSION})


def read_length(request: HttpRequest) -> int:
    """Read how large the file will be.

    :raises BadRequest: that is not said, or said wrongly
    """
    if "Upload-Defer-Length" in request.headers:
        raise problems.BadRequest("Say with Upload-Length how large the file is.")
    length = read_whole(request, "Upload-Length")
    if not length:
        raise problems.BadRequest("The file is empty.")
    return length


def read_whole(request: HttpRequest, name: str) -> int:
    """Read a header that is a whole number.

    :raises BadRequest: it is not
    """
    value = request.headers.get(name, "")
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise problems.BadRequest(f"{name} must be a whole number.")
    return int(value)


def read_metadata(request: HttpRequest) -> dict[str, str]:
    """Read ``key base64,key base64,key``.

    :raises BadRequest: it is written in another way
    """
    header = request.headers.get("Upload-Metadata", "")
    if len(header) > _MOST_METADATA:
        raise problems.BadRequest(f"Upload-Metadata may have {_MOST_METADATA} characters.")
    found: dict[str, str] = {}
    for pair in filter(None, map(str.strip, header.split(","))):
        key, _, value = pair.partition(" ")
        if not _KEY.fullmatch(key):
            raise problems.BadRequest("A key in Upload-Metadata must be printable ASCII.")
        if key in found:
            raise problems.BadRequest(f"Upload-Metadata names {key} twice.")
        text = _decoded(value.strip(), name="Upload-Metadata").decode("utf-8", "replace")
        if "\0" in text:
            raise problems.BadRequest("Null characters are not allowed in Upload-Metadata.")
        found[key] = text
    return found


def read_piece(request: HttpRequest) -> Piece:
    """Read what a PATCH says about its body, which is read block by block when it is asked for.

    :raises BadRequest: a header is missing or wrong
    :raises UnsupportedBody: the body is of another kind
    """
    if request.content_type != PIECE_TYPE:
        raise problems.UnsupportedBody(f"Send Content-Type: {PIECE_TYPE}.")
    start = read_whole(request, "Upload-Offset")
    # Without a length, the end of the body cannot be told from a broken connection.
    length = read_whole(request, "Content-Length")
    algorithm, digest = _read_checksum(request)
    return Piece(
        start=start,
        length=length,
        blocks=_blocks(request, length),
        algorithm=algorithm,
        digest=digest,
    )


def headers_of(upload: Upload) -> Mapping[str, str]:
    """Say how much has come, until when the rest may come, and where it will lie."""
    return {
        "Upload-Offset": str(upload.bytes_done),
        "Upload-Length": str(upload.bytes_total),
        "Upload-Expires": http_date(upload.expires_at.timestamp()),
        PATH_HEADER: upload.storage_path,
    }


def told_again(upload: Upload) -> Mapping[str, str]:
    """Repeat what the client said of the file when it began, if it said anything."""
    return {"Upload-Metadata": upload.metadata} if upload.metadata else {}


def options(*, most: int) -> dict[str, str]:
    """Say what this server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(most),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def _read_checksum(request: HttpRequest) -> tuple[str, bytes]:
    header = request.headers.get("Upload-Checksum", "")
    if not header:
        return "", b""
    algorithm, _, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        known = " or ".join(ALGORITHMS)
        raise problems.BadRequest(f"Upload-Checksum must be made with {known}.")
    return algorithm, _decoded(value.strip(), name="Upload-Checksum")


def _decoded(value: str, *, name: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise problems.BadRequest(f"{name} must hold base64.") from None


def _blocks(request: Any, length: int) -> Iterator[bytes]:
    left = length
    while left:
        try:
            block = request.read(min(_BLOCK, left))
        except OSError:
            return  # the client went away: what came so far counts
        if not block:
            return
        left -= len(block)
        yield block
