"""Takes a file in pieces, by tus 1.0: what any tus client sends, whoever it speaks for."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from imports import uploads
from imports.api import problems, tus
from imports.api.parsers import BodyStays
from imports.api.principals import Kind
from imports.api.throttling import CallsPerMinute
from imports.api.views.base import ApiView
from imports.models import Upload

_MAY_UPLOAD = "imports.start_importjob"


class TusView(ApiView):
    """What both addresses share. The protocol describes itself: it is not in our OpenAPI."""

    schema = None
    parser_classes = (BodyStays,)
    needs: ClassVar[dict[str, str]] = dict.fromkeys(
        ("POST", "GET", "PATCH", "DELETE"), _MAY_UPLOAD
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in tus; a client behind an old proxy says its method in a header."""
        wished = request.headers.get("X-HTTP-Method-Override", "").upper()
        if request.method == "POST" and wished in ("PATCH", "DELETE", "HEAD"):
            request.method = wished
        response = super().dispatch(request, *args, **kwargs)
        if response.status_code == problems.ChecksumMismatch.status:
            response.reason_phrase = "Checksum Mismatch"  # nobody else knows this number
        response["Tus-Resumable"] = tus.VERSION
        response["Cache-Control"] = "no-store"
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method != "OPTIONS":
            tus.refuse_other_versions(request._request)
            super().initial(request, *args, **kwargs)
            if not (settings.LOCAL_MODE or self.principal.kind is Kind.STAFF):
                raise problems.NotAllowed("Only staff may upload here.")

    def options(  # type: ignore[override] # the framework describes itself here
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say what can be done here; anybody may ask."""
        return HttpResponse(status=204, headers=tus.options(most=settings.MAX_EXPORT_BYTES))


class Uploads(TusView):
    http_method_names = ["post", "options"]

    def post(self, request: Request) -> HttpResponse:
        """Begin an upload; ``user_id`` in the metadata says for whom, if not for oneself."""
        size = tus.read_length(request._request)
        metadata = tus.read_metadata(request._request)
        upload = uploads.begin(
            user_id=self.principal.starts_for(_user_of(metadata)),
            filename=metadata.get("filename", ""),
            size=size,
            requested_by=str(self.principal),
            metadata=request.headers.get("Upload-Metadata", ""),
        )
        where = reverse("api:upload", args=[upload.id])
        headers = {"Location": where, **tus.headers_of(upload)}
        return HttpResponse(status=201, headers=headers)


class OneUpload(TusView):
    http_method_names = ["head", "patch", "delete", "options"]

    def get_throttles(self) -> list[BaseThrottle]:
        """A large file has many pieces: only what begins and ends an upload is counted."""
        return [] if self.request.method == "PATCH" else [CallsPerMinute()]

    def head(self, request: Request, upload_id: uuid.UUID) -> HttpResponse:
        upload = self._find(upload_id)
        return HttpResponse(headers={**tus.headers_of(upload), **tus.told_again(upload)})

    def patch(self, request: Request, upload_id: uuid.UUID) -> HttpResponse:
        """Add a piece where the last one ended."""
        piece = tus.read_piece(request._request)
        upload = uploads.write(self._find(upload_id), piece)
        return HttpResponse(status=204, headers=tus.headers_of(upload))

    def delete(self, request: Request, upload_id: uuid.UUID) -> HttpResponse:
        uploads.discard(self._find(upload_id))
        return HttpResponse(status=204)

    def _find(self, upload_id: uuid.UUID) -> Upload:
        everybody = self.principal.sees_everybody
        return uploads.find(
            upload_id, user_id=None if everybody else self.principal.user_id
        )


def _user_of(metadata: dict[str, str]) -> uuid.UUID | None:
    named = metadata.get("user_id")
    if named is None:
        return None
    try:
        return uuid.UUID(named)
    except ValueError:
        raise problems.BadRequest("user_id in Upload-Metadata must be a UUID.") from None
