"""Which address is answered by which view; each with and without its last slash."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from imports.api.views import (
    documents,
    health,
    imports,
    metrics,
    site,
    soulprints,
    uploads,
    users,
)

app_name = "api"


def _both(address: str, view: type[Any], name: str) -> list[URLPattern]:
    # A redirect would lose the body of a POST.
    answer = view.as_view()
    other = address[:-1] if address.endswith("/") else f"{address}/"
    return [path(address, answer, name=name), path(other, answer)]


urlpatterns = [
    *_both("api/imports/", imports.Imports, "imports"),
    *_both("api/imports/<uuid:job_id>/", imports.Import, "import"),
    *_both("api/imports/<uuid:job_id>/log/", imports.ImportLog, "log"),
    *_both("api/imports/<uuid:job_id>/cancel/", imports.Cancel, "cancel"),
    *_both("api/imports/<uuid:job_id>/retry/", imports.Retry, "retry"),
    *_both("api/soulprints/<uuid:user_id>/", soulprints.CurrentSoulprint, "soulprint"),
    *_both("api/soulprints/<uuid:user_id>/facts/", soulprints.Facts, "facts"),
    *_both("api/soulprints/<uuid:user_id>/search/", soulprints.Search, "search"),
    *_both("api/users/<uuid:user_id>/", users.User, "user"),
    *_both("uploads/", uploads.Uploads, "uploads"),
    *_both("uploads/<uuid:upload_id>/", uploads.OneUpload, "upload"),
    path("import-full", site.SiteImport.as_view(), name="import_full"),
    path("import", site.SiteImport.as_view(), name="site_import"),
    path("api/import/trigger", site.SiteTrigger.as_view(), name="site_trigger"),
    path("api/import/status", site.Status.as_view(), name="site_status"),
    path("healthz", health.Health.as_view(), name="healthz"),
    path("readyz", health.Ready.as_view(), name="readyz"),
    path("metrics", metrics.Metrics.as_view(), name="metrics"),
    path("api/schema/", documents.Document.as_view(), name="schema"),
    path("api/docs/", documents.DocumentPage.as_view(), name="docs"),
]
