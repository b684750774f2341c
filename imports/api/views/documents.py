"""The OpenAPI document and the page that shows it; neither asks any other host for anything."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_page
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

DOCUMENT_SECONDS = 300
_JSON = OpenApiJsonRenderer2()


# Everybody may ask for it, and making it takes far longer than any other answer.
@method_decorator(cache_page(DOCUMENT_SECONDS), name="dispatch")
class Document(SpectacularAPIView):
    http_method_names = ["get", "head"]

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        return _JSON, _JSON.media_type


class DocumentPage(SpectacularSwaggerSplitView):
    http_method_names = ["get", "head"]
    url_name = "api:schema"
