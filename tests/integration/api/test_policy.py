"""A page loads nothing of another host, and sends nothing there."""

from __future__ import annotations

import pytest

from tests.integration.api.callers import client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/admin/login/", "/api/docs/", "/admin/nothing/"])
def test_a_page_that_is_not_made_by_us_is_sealed(address: str) -> None:
    answer = client().get(address, headers={"Accept": "text/html"})

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


def test_what_is_no_page_has_no_policy() -> None:
    assert "Content-Security-Policy" not in client().get("/healthz").headers
