"""Tells Django of the house, that its settings must agree, and who its staff are."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        from imports import checks  # noqa: F401 - registers the system checks
        from imports.roles import make_roles

        # Permissions come into being behind the last migration, so the roles do too.
        post_migrate.connect(make_roles, sender=self, dispatch_uid="imports.roles")
