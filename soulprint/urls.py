"""Which room answers which address."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
# django-q2's pages resubmit, delete and edit what the job table alone decides.
admin.site.unregister(
    [model for model in admin.site._registry if model._meta.app_label == "django_q"]
)

urlpatterns = [
    path("", include("imports.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("imports.pages.urls")),
]

handler400 = "imports.api.handlers.bad_request"
handler403 = "imports.api.handlers.permission_denied"
handler404 = "imports.api.handlers.page_not_found"
handler500 = "imports.api.handlers.server_error"
