"""The calls that the site makes today, under the names and with the bodies it knows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from imports.api import polling, presentation
from imports.api.answers import answer, polled, root_of
from imports.api.problems import UserRequired
from imports.api.schema import documented
from imports.api.serializers import SiteTriggerBody, TriggerBody, UserQuery
from imports.api.shapes import SiteAccepted, SiteStatus, SiteTriggered
from imports.api.starting import Trigger
from imports.api.views.base import VIEW_IMPORT, ApiView, PolledView
from imports.api.views.imports import start_of, trigger_of
from imports.models import ImportJob

START_FAILS = (400, 403, 409, 413, 415, 422, 429)


class SiteImport(ApiView):
    needs = {"POST": "imports.start_importjob"}

    @documented(
        "startSiteImport",
        "Start an import (as the site's backend does)",
        tag="site",
        body=TriggerBody,
        answers={202: SiteAccepted},
        fails=START_FAILS,
        is_start=True,
    )
    def post(self, request: Request) -> HttpResponse:
        """The same as `POST /api/imports/`, with the answer that the site knows.

        `POST /import` is another name of this call.
        """
        job = start_of(self, trigger_of(self))
        where = f"{root_of(request)}/api/imports/{job.id}/"
        shown = {
            "status": "accepted",
            "message": "Import processing started",
            "job_id": str(job.id),
            "status_url": where,
        }
        return answer(shown, status=202, headers=_where_and_when(request, job))


class SiteTrigger(ApiView):
    needs = {"POST": "imports.start_importjob"}

    @documented(
        "triggerSiteImport",
        "Start an import (as the site's frontend does)",
        tag="site",
        body=SiteTriggerBody,
        answers={202: SiteTriggered},
        fails=START_FAILS,
        is_start=True,
    )
    def post(self, request: Request) -> HttpResponse:
        """For the user of the token."""
        path = self.body(SiteTriggerBody)["storagePath"]
        if self.principal.user_id is None:
            raise UserRequired("This call is for a user's token.")
        job = start_of(self, Trigger(user_id=self.principal.user_id, storage_path=path))
        shown = {"status": "processing", "job_id": str(job.id)}
        return answer(shown, status=202, headers=_where_and_when(request, job))


class Status(PolledView):
    needs = {"GET": VIEW_IMPORT}

    @documented(
        "getSiteStatus",
        "Ask how the newest import of a user stands",
        tag="site",
        query=UserQuery,
        answers={200: SiteStatus, 304: None},
        fails=(400, 404),
        is_polled=True,
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """Made to be polled, like `GET /api/imports/{id}/`."""
        user_id = self.principal.reads_user(self.query(UserQuery).get("user_id"))
        job = polling.newest_of(user_id)
        wait = presentation.retry_after(job, now=timezone.now()) if job else None
        return polled(request, presentation.site_status(job), retry_after=wait)


def _where_and_when(request: Request, job: ImportJob) -> dict[str, str]:
    wait = presentation.retry_after(job, now=timezone.now())
    headers = {"Location": f"{root_of(request)}/api/imports/{job.id}/"}
    return headers | ({"Retry-After": str(wait)} if wait is not None else {})
