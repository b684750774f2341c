"""Searching a memory over HTTP."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import LazySettings

from imports.adapters.local_embedder import LocalEmbedder
from imports.models import Erasure, Status
from imports.pipeline import embed
from tests.factories import make_job
from tests.fakes.jwks import FakeAuth
from tests.integration.api import callers
from tests.memories import remember
from tests.ports import Ports
from tests.scenery import furnish_person

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")


def ask(**query: Any) -> Any:
    return callers.service().get(f"/api/soulprints/{USER}/search/", query)


@pytest.fixture
def _memory() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    at = datetime(2025, 5, 1, 12, tzinfo=UTC)
    remember(job, ["My sister plays the cello.", "How lovely."], title="Music", at=at)
    remember(job, ["Bake it at 230 degrees."], title="Bread", provider="claude")
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]


@pytest.mark.usefixtures("_memory")
def test_a_hit_is_shown_with_all_that_is_known_of_it() -> None:
    first = ask(q="cello").json()["results"][0]

    assert first.pop("score") > 0.5
    assert uuid.UUID(first.pop("conversation_id"))
    assert first.pop("source_id")
    assert first == {
        "text": "My sister plays the cello.\n\nHow lovely.",
        "provider": "chatgpt",
        "title": "Music",
        "at": "2025-05-01T12:00:00Z",
        "role": "user",
        "message_ids": ["m0", "m1"],
        "span": {"start": 0, "end": 39},
        "marks": [{"start": 20, "end": 25}],
        "excerpt": {
            "text": "My sister plays the cello.\n\nHow lovely.",
            "marks": [{"start": 20, "end": 25}],
        },
        "facts": [],
        "exchange": [
            {
                "role": "user",
                "at": "2025-05-01T12:00:00Z",
                "text": "My sister plays the cello.",
            },
            {"role": "assistant", "at": "2025-05-01T12:00:01Z", "text": "How lovely."},
        ],
    }


@pytest.mark.usefixtures("_memory")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "cello", "limit": 1}, ["Music"]),
        ({"q": "cello", "provider": "gemini"}, []),
        ({"q": "degrees", "provider": "claude"}, ["Bread"]),
        ({"q": "cello", "since": "2026-01-01T00:00:00Z"}, []),
        ({"q": ""}, []),
    ],
)
def test_a_query_says_what_to_look_at(query: dict[str, Any], titles: list[str]) -> None:
    answer = ask(**query)

    assert answer.status_code == 200
    assert [hit["title"] for hit in answer.json()["results"]] == titles


def test_a_tier_without_vectors_is_refused(settings: LazySettings) -> None:
    settings.EMBEDDED_TIERS = ["medium"]

    answer = ask(q="cello", tier="micro")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "tier", "detail": "Only these can be searched: medium."}
    ]


@pytest.mark.usefixtures("_memory")
def test_nothing_is_shown_any_more_of_who_is_being_erased() -> None:
    furnish_person(user_id=USER)
    Erasure.objects.create(user_id=USER, requested_by="ada")

    soulprint = callers.service().get(f"/api/soulprints/{USER}/")
    facts = callers.service().get(f"/api/soulprints/{USER}/facts/")

    assert soulprint.status_code == 404
    assert facts.json()["results"] == ask(q="cello").json()["results"] == []


def test_who_has_no_memory_gets_an_empty_answer() -> None:
    assert ask(q="cello").json() == {"results": []}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": "x" * 2_001}, "q"),
        ({"q": "\x00"}, "q"),
        ({"q": "x", "limit": "51"}, "limit"),
        ({"q": "x", "tier": "macro"}, "tier"),
        ({"q": "x", "tier": "huge"}, "tier"),
        ({"q": "x", "since": "yesterday"}, "since"),
        ({"q": "x", "user": "me"}, "user"),
    ],
)
def test_a_wrong_query_is_refused_by_field(query: dict[str, Any], field: str) -> None:
    answer = ask(**query)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_user_may_ask_so_often_a_minute_and_a_service_without_end(
    auth: FakeAuth, settings: LazySettings
) -> None:
    settings.API_SEARCHES_PER_MINUTE = 2
    address = f"/api/soulprints/{USER}/search/?q=cello"
    user = callers.client(bearer=auth.token(sub=str(USER)))
    other = uuid.uuid4()

    answers = [user.get(address) for _ in range(3)]
    others = callers.client(bearer=auth.token(sub=str(other))).get(
        f"/api/soulprints/{other}/search/?q=cello"
    )

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "too_many_calls"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert others.status_code == 200
    assert [callers.service().get(address).status_code for _ in range(3)] == [200] * 3


def test_searches_leave_starts_alone(auth: FakeAuth, settings: LazySettings) -> None:
    settings.API_CALLS_PER_MINUTE = {"user": 1}
    user = callers.client(bearer=auth.token(sub=str(USER)))
    for _ in range(3):
        user.get(f"/api/soulprints/{USER}/search/?q=cello")

    answer = user.post(
        "/api/import/trigger",
        {"storagePath": f"imports/{USER}/a.zip"},
        content_type="application/json",
    )

    assert answer.status_code == 202
