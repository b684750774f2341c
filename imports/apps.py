"""Tells Django of the house, and that its settings must agree."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        from imports import checks  # noqa: F401 - registers the system checks
