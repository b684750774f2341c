"""The calls that the site makes today, under the names and with the bodies it knows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from imports.api import polling, presentation
from imports.api.answers import polled, root_of
from imports.api.problems import UserRequired
from imports.api.schema import documented
from imports.api.serializers import SiteTriggerBody, TriggerBody, UserQuery
from imports.api.shapes import SiteAccepted, SiteStatus, SiteTriggered
from imports.api.starting import Trigger
from imports.api.views.base import VIEW_IMPORT, PolledView
from imports.api.views.starts import StartView, accepted, documented_start


class SiteImport(StartView):
    @documented_start(
        "startSiteImport",
        "Start an import (as the site's backend does)",
        tag="site",
        body=TriggerBody,
        accepted=SiteAccepted,
    )
    def post(self, request: Request) -> HttpResponse:
        """The same as `POST /api/imports/`, with the answer that the site knows.

        `POST /import` is another name of this call.
        """
        job = self.start_as_sent()
        shown = {
            "status": "accepted",
            "message": "Import processing started",
            "job_id": str(job.id),
            "status_url": presentation.address(job, root=root_of(request)),
        }
        return accepted(request, job, shown)


class SiteTrigger(StartView):
    @documented_start(
        "triggerSiteImport",
        "Start an import (as the site's frontend does)",
        tag="site",
        body=SiteTriggerBody,
        accepted=SiteTriggered,
        is_for_users=True,
    )
    def post(self, request: Request) -> HttpResponse:
        """For the user of the token."""
        path = self.body(SiteTriggerBody)["storagePath"]
        if self.principal.user_id is None:
            raise UserRequired("This call is for a user's token.")
        job = self.start(Trigger(user_id=self.principal.user_id, storage_path=path))
        return accepted(request, job, {"status": "processing", "job_id": str(job.id)})


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
