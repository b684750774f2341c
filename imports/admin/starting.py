"""The page on which staff start an import for a user: of a file that lies in the store, or of an upload."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextInputWidget,
)

from imports import amounts, intake, uploads
from imports.admin.files import PERMISSION
from imports.admin.requests import who
from imports.errors import Failure
from imports.lifecycle import ImportInProgress
from imports.models import ImportJob
from imports.object_path import BadObjectPath, ObjectPath

_BLOCK = 1 << 20


def _line(**attrs: str) -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(
        attrs={"autocomplete": "off", "spellcheck": "false", **attrs}
    )


class StartForm(forms.Form):
    """Whose export, where it is, and why staff start it."""

    user_id = forms.UUIDField(label="User id", widget=_line())
    storage_path = forms.CharField(
        required=False,
        max_length=1000,
        label="Path in the store",
        help_text="As the site names it: bucket/user id/name.",
        widget=_line(),
    )
    file = forms.FileField(
        required=False,
        label="Or a file from here",
        help_text="The ZIP or JSON that the user was sent.",
        widget=UnfoldAdminFileFieldWidget,
    )
    dollars = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=1000,
        decimal_places=2,
        label="Budget in dollars",
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )
    reason = forms.CharField(
        max_length=500,
        label="Reason",
        help_text="Kept on record, beside your name.",
        widget=_line(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = amounts.money(int(settings.IMPORT_BUDGET_USD * 1_000_000))
        self.fields["dollars"].help_text = f"Left empty, the usual {usual}."

    def clean_file(self) -> File[bytes] | None:
        file: File[bytes] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.MAX_EXPORT_BYTES:
            most = amounts.size(settings.MAX_EXPORT_BYTES)
            raise forms.ValidationError(f"At most {most} can be imported.")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        path, user_id = cleaned.get("storage_path"), cleaned.get("user_id")
        if self.errors:
            return cleaned
        if bool(path) == bool(cleaned.get("file")):
            raise forms.ValidationError("Name a path or choose a file, one of the two.")
        if path:
            self._check_path(path, user_id)
        return cleaned

    def _check_path(self, path: str, user_id: uuid.UUID | None) -> None:
        try:
            parsed = ObjectPath.parse_any(path, buckets=settings.IMPORT_BUCKETS)
        except BadObjectPath as error:
            self.add_error("storage_path", str(error))
            return
        if parsed.user_id != user_id:
            self.add_error("storage_path", "It belongs to another user.")

    @property
    def budget_microdollars(self) -> int | None:
        dollars = self.cleaned_data["dollars"]
        return None if dollars is None else int(dollars * 1_000_000)


class Starting:
    """The page, for the admin of the import job."""

    admin_site: Any

    def start_page(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the form, or start what it asks for."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        form = StartForm(
            request.POST or None, request.FILES or None, initial=request.GET.dict()
        )
        if request.method == "POST" and form.is_valid():
            job = _start(request, form)
            if job:
                address = reverse("admin:imports_importjob_change", args=[job.id])
                return HttpResponseRedirect(address)
        context = {**self.admin_site.each_context(request), "title": "Start an import"}
        return render(
            request, "admin/imports/importjob/start.html", context | {"form": form}
        )


def _start(request: HttpRequest, form: StartForm) -> ImportJob | None:
    """Start it; None when that was refused, and the form says why."""
    sent = form.cleaned_data
    user_id = sent["user_id"]
    active = ImportJob.objects.of_user(user_id).active().first()
    try:
        if active and sent["file"]:
            raise ImportInProgress(active)  # before gigabytes are stored for nothing
        job = intake.start(
            user_id=user_id,
            storage_path=sent["storage_path"] or _store(user_id, sent["file"]),
            requested_by=who(request),
            budget_microdollars=form.budget_microdollars,
            reason=sent["reason"],
        )
    except ImportInProgress as refusal:
        other = amounts.short(refusal.job.id)
        form.add_error(None, f"This user's import {other} is active; wait for it.")
        return None
    except Failure as failure:
        form.add_error(None, f"{failure.title()} {failure.detail}")
        return None
    messages.success(request, "The import is in the line.")
    return job


def _store(user_id: uuid.UUID, file: File[bytes]) -> str:
    return uploads.store(
        user_id=user_id, filename=file.name or "", blocks=file.chunks(_BLOCK)
    )
