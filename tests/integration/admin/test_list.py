"""The list of imports: tabs, search, filters, and its news."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from imports.models import ImportJob, StageName, Status
from tests.factories import make_job
from tests.integration.admin.addresses import LIST
from tests.scenery import furnish

pytestmark = pytest.mark.django_db


def _rows(client: Client, query: str) -> set[uuid.UUID]:
    return {job.id for job in client.get(f"{LIST}?{query}").context["cl"].result_list}


def test_a_row_says_how_far_it_is_and_why_it_waits(viewer: Client) -> None:
    make_job(stage=StageName.EMBED, progress_percent=47)

    page = viewer.get(LIST).content.decode()

    assert "Creating memory chunks" in page
    assert 'value="47"' in page
    assert "No worker is running." in page


@pytest.mark.parametrize(
    ("query", "is_set", "words"),
    [
        ("tab=running", False, "No import stands under this tab now."),
        ("tab=running&status=FAILED", True, "No import fits this search"),
        ("group=ab", True, "No import fits this search"),
    ],
)
def test_a_tab_does_not_pass_for_a_filter_that_is_set(
    query: str, is_set: bool, words: str, viewer: Client
) -> None:
    make_job()

    answer = viewer.get(f"{LIST}?{query}")

    assert answer.context["cl"].has_active_filters is is_set
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    "what",
    ["whole id", "first block of the id", "user", "piece of the path"],
)
def test_the_search_finds_an_import_by(what: str, viewer: Client) -> None:
    job = make_job(storage_path="imports/u/marta-export.zip")
    make_job()
    terms = {
        "whole id": job.id,
        "first block of the id": str(job.id)[:8],
        "user": job.user_id,
        "piece of the path": "marta",
    }

    assert _rows(viewer, f"q={terms[what]}") == {job.id}


def test_a_failure_that_was_followed_by_another_import_needs_nobody(viewer: Client) -> None:
    old = make_job(status=Status.FAILED, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    make_job(status=Status.COMPLETE, user_id=old.user_id)
    alone = make_job(status=Status.FAILED)

    assert _rows(viewer, "tab=attention") == {alone.id}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.RUNNING, "lease_expires_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"status": Status.RUNNING, "progressed_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"failures": 2, "next_attempt_at": datetime(2099, 1, 1, tzinfo=UTC)},
        {"queued_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
    ids=["stalled", "alive without progress", "fails again and again", "due for long"],
)
def test_an_active_import_needs_attention_when_it_is(
    fields: dict[str, Any], viewer: Client
) -> None:
    job = make_job(**fields)
    make_job()

    assert _rows(viewer, "tab=attention") == {job.id}


def test_the_error_groups_of_the_first_page_are_filters_of_the_list(viewer: Client) -> None:
    job = make_job(
        status=Status.FAILED, error_code="truncated", error_title="It breaks off"
    )
    make_job(status=Status.FAILED, error_code="other", error_title="Other")

    assert _rows(viewer, "error=truncated") == {job.id}


def test_news_of_the_list_are_not_sent_twice(viewer: Client) -> None:
    job = make_job(status=Status.RUNNING, progress_percent=12)
    address = f"{LIST}news/?ids={job.id}"
    first = viewer.get(address)

    again = viewer.get(address, headers={"If-None-Match": first["ETag"]})
    ImportJob.objects.filter(id=job.id).update(progress_percent=13)
    moved = viewer.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert 'value="13"' in moved.json()["cells"][str(job.id)]["progress"]


def test_news_of_nonsense_are_not_found(viewer: Client) -> None:
    assert viewer.get(f"{LIST}news/?ids=x").status_code == 404


@pytest.mark.parametrize("query", ["", "tab=attention", "q=export"])
def test_a_long_list_asks_as_few_questions_as_a_short_one(
    query: str, chief: Client, django_assert_max_num_queries: Any
) -> None:
    furnish(user_id=uuid.uuid4())

    with django_assert_max_num_queries(15):
        chief.get(f"{LIST}?{query}")


def test_a_group_that_can_be_none_is_an_empty_list(operator: Client) -> None:
    make_job(status=Status.FAILED)

    assert _rows(operator, "group=a/b") == set()
