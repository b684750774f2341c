"""Imports: start one, look at it, cancel it, retry it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from imports import intake
from imports.api import paging, polling, presentation
from imports.api.answers import answer, polled, root_of
from imports.api.schema import documented
from imports.api.serializers import (
    EmptyBody,
    ImportsQuery,
    LogQuery,
    RetryBody,
    TriggerBody,
    UserQuery,
)
from imports.api.shapes import Job, JobPage, LogPage
from imports.api.views.base import VIEW_IMPORT, ApiView, PolledView
from imports.api.views.starts import StartView, accepted, documented_start
from imports.models import ImportJob, StageName


class Imports(StartView):
    @documented(
        "listImports",
        "List the imports of a user",
        tag="imports",
        query=ImportsQuery,
        answers={200: JobPage},
        fails=(400, 404),
    )
    def get(self, request: Request) -> HttpResponse:
        """Newest first. A service names the user; staff may leave it out to see all."""
        asked = self.query(ImportsQuery)
        jobs = self.principal.jobs()
        if asked.get("user_id") or self.principal.account is None:
            jobs = jobs.of_user(self.principal.reads_user(asked.get("user_id")))
        page = paging.newest_first(jobs, cursor=asked.get("cursor"), limit=asked["limit"])
        root = root_of(request)
        return answer(page.present(request, lambda job: presentation.job(job, root=root)))

    @documented_start(
        "startImport", "Start an import", tag="imports", body=TriggerBody, accepted=Job
    )
    def post(self, request: Request) -> HttpResponse:
        """Answers at once; the work is done elsewhere. The same trigger is the same job.

        While another export of the user is being imported, the answer is 409
        `import_in_progress` with `job_id` and `status_url`; one that has been stalled for
        15 minutes is replaced.
        """
        return _accepted(request, self.start_as_sent())


class Import(PolledView):
    needs = {"GET": VIEW_IMPORT}

    @documented(
        "getImport",
        "Look at an import",
        tag="imports",
        query=UserQuery,
        answers={200: Job, 304: None},
        fails=(400, 404),
        is_polled=True,
    )
    def get(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        """Made to be asked often: send back the `ETag`, wait as long as `Retry-After` says."""
        job = polling.by_id(job_id, user_id=self._whose())
        if job is None:
            raise Http404
        return polled(
            request,
            presentation.job(job, root=root_of(request)),
            retry_after=presentation.retry_after(job, now=timezone.now()),
        )

    def _whose(self) -> uuid.UUID | None:
        """Give the only user whose job may be shown; None if anybody's may."""
        if not self.request.META.get("QUERY_STRING"):
            return None if self.principal.sees_everybody else self.principal.user_id
        asked = self.query(UserQuery).get("user_id")
        return self.principal.reads_user(asked)


class ImportLog(ApiView):
    needs = {"GET": VIEW_IMPORT}

    @documented(
        "getImportLog",
        "Read what happened to an import",
        tag="imports",
        query=LogQuery,
        answers={200: LogPage},
        fails=(400, 404),
    )
    def get(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """One line per stage and attempt, and per thing that somebody did, in order."""
        asked = self.query(LogQuery)
        job = self.find(job_id)
        page = paging.in_order(
            job.log.all(), cursor=asked.get("cursor"), limit=asked["limit"]
        )
        for_staff = self.principal.sees_everybody
        return answer(
            page.present(
                request, lambda line: presentation.log_line(line, for_staff=for_staff)
            )
        )


class Cancel(ApiView):
    needs = {"POST": "imports.cancel_importjob"}

    @documented(
        "cancelImport",
        "Cancel an import",
        tag="imports",
        body=EmptyBody,
        answers={202: Job},
        fails=(400, 404, 409, 413, 415, 429),
    )
    def post(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """A waiting import stops at once, a running one within 10 s. Asking twice is fine."""
        self.body(EmptyBody)
        job = self.find(job_id)
        return _accepted(
            request, intake.cancel(job.id, actor=self.principal.who, reason="")
        )


class Retry(ApiView):
    needs = {"POST": "imports.retry_importjob"}

    @documented(
        "retryImport",
        "Retry an import",
        tag="imports",
        body=RetryBody,
        answers={202: Job},
        fails=(400, 404, 409, 413, 415, 429),
    )
    def post(self, request: Request, job_id: uuid.UUID) -> HttpResponse:
        """Sends a failed or cancelled import round again; what is stored is kept."""
        wished = self.body(RetryBody).get("from_stage")
        job = self.find(job_id)
        again = intake.retry(
            job.id,
            from_stage=StageName(wished) if wished else None,
            actor=self.principal.who,
            reason="",
        )
        return _accepted(request, again)


def _accepted(request: Request, job: ImportJob) -> HttpResponse:
    return accepted(request, job, presentation.job(job, root=root_of(request)))
