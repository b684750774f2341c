"""The addresses of the pages: one's own in local mode, and those of a person for staff, who find them here."""

from __future__ import annotations

from django.urls import include, path

from imports.pages import correcting, people, reading, sending, taking, watching

_PAGES = [
    path("", watching.home, name="home"),
    path("progress", watching.progress, name="progress"),
    path("cancel", watching.cancel, name="cancel"),
    path("retry", watching.retry, name="retry"),
    path("erase", watching.erase_everything, name="erase"),
    path("invitation", sending.invitation, name="invitation"),
    path("soulprint/", reading.soulprint, name="soulprint"),
    path("soulprint/<uuid:soulprint_id>/", reading.soulprint, name="version"),
    path("soulprint/search", reading.hits, name="hits"),
    path("facts/<uuid:fact_id>/reject", correcting.reject, name="reject"),
    path("facts/<uuid:fact_id>/restore", correcting.restore, name="restore"),
    path("soulprint.md", taking.markdown, name="markdown"),
    path("soulprint.json", taking.data, name="data"),
]
urlpatterns = [
    path("", include((_PAGES, "pages"))),
    path("people/", people.find, name="people-list"),
    path("people/<uuid:user_id>/", include((_PAGES, "people"))),
]
