"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from imports.pages import receiving, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("progress", views.progress, name="progress"),
    path("upload", receiving.receive, name="upload"),
    path("cancel", views.cancel, name="cancel"),
    path("retry", views.retry, name="retry"),
    path("soulprint/", views.soulprint, name="soulprint"),
    path("soulprint/<uuid:soulprint_id>/", views.soulprint, name="version"),
]
