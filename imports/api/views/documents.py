"""The OpenAPI document and the page that shows it; neither asks any other host for anything."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

DOCUMENT_SECONDS = 300
_JSON = OpenApiJsonRenderer2()


class Document(SpectacularAPIView):
    schema = None
    http_method_names = ["get", "head"]

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        return _JSON, _JSON.media_type

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(
            _document(),
            content_type="application/json",
            headers={"Cache-Control": f"max-age={DOCUMENT_SECONDS}"},
        )


class DocumentPage(SpectacularSwaggerSplitView):
    http_method_names = ["get", "head"]
    url_name = "api:schema"


@cache
def _document() -> bytes:
    """Write the document, once: it is the same for everybody, whatever they ask it with.

    Everybody may ask for it, and making it takes far longer than any other answer.
    """
    generator: Any = Document.generator_class()
    return bytes(_JSON.render(generator.get_schema(request=None, public=True)))
