"""GET /api/soulprints/{user_id}/facts/: what is known of a person, and the words that prove it."""

from __future__ import annotations

import uuid

import pytest

from imports.models import Fact
from tests.factories import make_job
from tests.integration.api.callers import service
from tests.integration.api.house import furnish

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")
CONVERSATION = "0b8f2f6e-5b1e-5d0c-9d57-2a4f6f1c7e11"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("2025-05-01T12:00:00.250000+00:00", "2025-05-01T12:00:00.250000Z"), (None, None)],
)
def test_a_quote_says_its_time_as_everything_else_does(
    kept: str | None, shown: str | None
) -> None:
    furnish(make_job(user_id=USER))
    proof = {"conversation_id": CONVERSATION, "message_id": "m0", "quote": "I am a cook"}
    Fact.objects.update(evidence=[{**proof, "at": kept}])

    (fact,) = service().get(f"/api/soulprints/{USER}/facts/").json()["results"]

    assert fact["evidence"] == [{**proof, "at": shown}]
