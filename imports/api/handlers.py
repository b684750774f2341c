"""Puts every failure into a problem: ours, Django REST framework's, and Django's own.

Django answers some requests before any view is asked (an unknown address, a bad host, a failed
CSRF check); those handlers are named in ``soulprint.urls`` and in the settings. A person who goes
astray gets a page, in the console and elsewhere; for the rest the console keeps Django's pages.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import csrf, defaults
from rest_framework import exceptions

from imports.api import problems
from imports.api.answers import root_of
from imports.api.problems import ApiProblem
from imports.errors import DiskFull
from imports.lifecycle import ImportInProgress, InvalidTransition
from imports.models import ImportJob
from imports.object_path import BadObjectPath
from imports.search import QuestionRefused
from imports.uploads import UploadRefused

API = "/api/"
CONSOLE = "/admin/"
_UPLOAD_PROBLEMS = {
    problem.code: problem
    for problem in (
        problems.FileTooLarge,
        problems.PieceTooLong,
        problems.TooManyUploads,
        problems.UploadsElsewhere,
        problems.UploadGone,
        problems.WrongOffset,
        problems.UploadBusy,
        problems.ChecksumMismatch,
        problems.UploadInUse,
        problems.NoRoom,
    )
}
# What a view may raise to refuse or to give up; everything else is a bug.
REFUSALS = (
    ApiProblem,
    BadObjectPath,
    DiskFull,
    Http404,
    ImportInProgress,
    ImportJob.DoesNotExist,
    InterfaceError,
    InvalidTransition,
    OperationalError,
    PermissionDenied,
    QuestionRefused,
    UploadRefused,
    exceptions.APIException,
)


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer what a view raised; None for a bug, which Django then logs and answers as 500."""
    if not isinstance(error, REFUSALS):
        return None
    if isinstance(error, exceptions.MethodNotAllowed):
        allowed = ", ".join(context["view"].allowed_methods)
        return problems.MethodNotAllowed(headers={"Allow": allowed}).answer()
    problem = _problem_of(error, context["request"])
    return problem.answer() if problem else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(CONSOLE):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return problems.BodyTooLarge().answer()
    return problems.BadRequest().answer()


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(CONSOLE) and request.method != "GET":
        return defaults.permission_denied(request, exception)
    return _told(request, problems.NotAllowed())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(CONSOLE) and request.method != "GET":
        return defaults.page_not_found(request, exception)
    return _told(request, problems.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(CONSOLE):
        return defaults.server_error(request)
    return problems.InternalError().answer()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if request.path.startswith(CONSOLE):
        return csrf.csrf_failure(request, reason=reason)
    return problems.CsrfFailed().answer()


def _told(request: HttpRequest, problem: ApiProblem) -> HttpResponse:
    """Answer a person who went astray with a page, and everything else with the problem."""
    is_person = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if not is_person or request.path.startswith(API):
        return problem.answer()
    page = render(
        request, "pages/refused.html", {"problem": problem}, status=problem.status
    )
    page["Cache-Control"] = "no-store"
    return page


def _problem_of(error: Exception, request: HttpRequest) -> ApiProblem | None:
    match error:
        case ApiProblem():
            return error
        case ImportInProgress():
            return _in_progress(error, request)
        case InvalidTransition():
            return problems.WrongState()
        case BadObjectPath():
            wrong = {"field": "storage_path", "detail": error.detail}
            return problems.InvalidStoragePath(error.detail, errors=[wrong])
        case QuestionRefused():
            wrong = {"field": error.field, "detail": error.detail}
            return problems.InvalidRequest(errors=[wrong])
        case UploadRefused() | DiskFull():
            return _UPLOAD_PROBLEMS[error.code](error.detail)
        case OperationalError() | InterfaceError():
            return problems.DatabaseUnavailable()
        # An import may be erased between two looks of one call.
        case Http404() | exceptions.NotFound() | ImportJob.DoesNotExist():
            return problems.NotFound()
        case PermissionDenied() | exceptions.PermissionDenied():
            return problems.NotAllowed()
        case exceptions.NotAuthenticated():
            return problems.NotAuthenticated()
        case exceptions.AuthenticationFailed():
            return problems.InvalidToken()
        case exceptions.NotAcceptable():
            return problems.NotAcceptable()
        case exceptions.UnsupportedMediaType():
            return problems.UnsupportedBody()
        case exceptions.ValidationError():
            return problems.InvalidRequest(errors=_errors(error.detail))
        case exceptions.ParseError():
            return problems.BadRequest()
    return None


def _in_progress(error: ImportInProgress, request: HttpRequest) -> ApiProblem:
    path = reverse("api:import", args=[error.job.id])
    return problems.InProgress(
        job_id=str(error.job.id),
        status_url=f"{root_of(request)}{path}",
    )


def _errors(detail: Any) -> list[dict[str, str]]:
    """List what is wrong, one line per field and reason."""
    if not isinstance(detail, dict):
        return [{"field": "", "detail": str(reason)} for reason in detail]
    return [
        {"field": str(name), "detail": str(reason)}
        for name, reasons in detail.items()
        for reason in (reasons if isinstance(reasons, list) else [reasons])
    ]
