"""What every view shares: who calls, whether they may, and what they asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from rest_framework import permissions
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from imports.api.authentication import principal_of
from imports.api.fields import StrictSerializer
from imports.api.handlers import REFUSALS
from imports.api.principals import Principal, caller
from imports.api.problems import BadRequest, InvalidRequest, NotAllowed, NotAuthenticated
from imports.api.serializers import checked
from imports.api.throttling import CallsPerMinute
from imports.models import ImportJob

VIEW_IMPORT = "imports.view_importjob"
_JSON = JSONRenderer()


class MayDoThis(permissions.BasePermission):
    """Staff need the Django permission that the view names for the method."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return caller(request).may(cast(ApiView, view).needed(request))


class ApiView(APIView):
    needs: ClassVar[Mapping[str, str]] = {}
    http_method_names = ["get", "head", "post", "delete"]
    permission_classes = [permissions.IsAuthenticated, MayDoThis]
    throttle_classes = [CallsPerMinute]
    principal: Principal

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Speak JSON, whatever a browser says that it likes to read."""
        return _JSON, _JSON.media_type

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}

    def needed(self, request: HttpRequest) -> str:
        """Give the Django permission that staff need for this call."""
        # A HEAD tells how long an answer is, and whether it is still the same.
        method = "GET" if request.method == "HEAD" else request.method
        return self.needs.get(method or "", VIEW_IMPORT)

    def perform_authentication(self, request: Request) -> None:
        self.principal = caller(request)

    def body(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        # Of a body that does not say how long it is, a WSGI server hands nothing on.
        if "Transfer-Encoding" in self.request.headers:
            raise BadRequest("Say with Content-Length how long the body is.")
        return checked(serializer, self.request.data)

    def query(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        sent = self.request.GET
        twice = [name for name in sent if len(sent.getlist(name)) > 1]
        if twice:
            raise InvalidRequest(
                errors=[{"field": name, "detail": "It stands twice."} for name in twice]
            )
        return checked(serializer, sent.dict())

    def find(self, job_id: uuid.UUID) -> ImportJob:
        """Give a job that exists for this caller.

        :raises Http404: it does not
        """
        job = self.principal.jobs().filter(id=job_id).first()
        if job is None:
            raise Http404
        return job


class PolledView(ApiView):
    """Is asked again and again: reads without the framework's own round.

    That round costs as much as the query. Who calls, what they may and how a refusal looks is
    decided by the same functions; reading is never throttled.
    """

    get: Callable[..., HttpResponseBase]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        try:
            self.principal = self._admit(request)
            return self.get(request, *args, **kwargs)
        except REFUSALS as refusal:
            return self.handle_exception(refusal)

    def _admit(self, request: HttpRequest) -> Principal:
        principal = principal_of(request)
        if principal is None:
            raise NotAuthenticated
        if not principal.may(self.needed(request)):
            raise NotAllowed
        return principal
