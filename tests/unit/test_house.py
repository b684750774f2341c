"""A test run forgets what the shell has set for real services."""

from __future__ import annotations

import os

import pytest

from tests import house


def test_nothing_that_leads_to_a_service_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"PATH": "/bin", "DATABASE_URL": "postgres://127.0.0.1/mine"}
    gone = ["AWS_PROFILE", "ANTHROPIC_BASE_URL", "SENTRY_DSN", "MIRROR", "https_proxy"]
    monkeypatch.setattr(os, "environ", kept | dict.fromkeys(gone, "real"))

    house._forget_services()

    assert os.environ == kept
