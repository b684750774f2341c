"""A bare Django: one view, one raw cursor, one row, no framework on top."""

from __future__ import annotations

import os
from typing import Any

import dj_database_url
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            **dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60),
            "ENGINE": "django.db.backends.postgresql",
        }
    },
)


def job(request: HttpRequest, job_id: Any) -> JsonResponse:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, user_id, storage_path, status, stage, progress_percent, messages"
            " FROM imports_importjob WHERE id = %s",
            [job_id],
        )
        names = [column.name for column in cursor.description]
        row = dict(zip(names, cursor.fetchone(), strict=True))
    response = JsonResponse(row)
    # Without middleware nobody says how long it is, and the server would send it in pieces.
    response["Content-Length"] = str(len(response.content))
    return response


urlpatterns = [path("api/imports/<uuid:job_id>/", job)]
application = get_wsgi_application()
