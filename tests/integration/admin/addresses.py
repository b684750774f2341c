"""Where the pages and buttons of imports are."""

from __future__ import annotations

from django.urls import reverse

from imports.models import ImportJob

LIST = "/admin/imports/importjob/"
SENT = {"_form_submitted": "True", "reason": "because"}


def page_of(job: ImportJob) -> str:
    return reverse("admin:imports_importjob_change", args=[job.id])


def button_of(job: ImportJob, name: str) -> str:
    return f"{LIST}{job.id}/{name}/"
