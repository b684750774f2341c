"""The first page, the results, and what must stay away."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from imports.admin.dashboard import read_house
from imports.amounts import NOTHING
from imports.models import Conversation, Fact, Soulprint, Status
from imports.models.workers import Worker
from tests.factories import make_job
from tests.scenery import furnish

pytestmark = pytest.mark.django_db


def test_an_empty_house_is_told_as_it_is() -> None:
    house = read_house()

    assert house.verdict.startswith("No worker is running")
    assert (house.attention, house.errors, house.numbers.oldest_wait) == ([], [], NOTHING)


def test_an_empty_list_of_erasures_says_where_those_are_that_ended(chief: Client) -> None:
    page = chief.get(reverse("admin:imports_erasure_changelist")).content.decode()

    assert "Nobody is being erased." in page
    assert "There are no" not in page


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("imports_staffaction", "What staff did"),
        ("auth_user", "Accounts"),
        ("imports_fact", "Facts"),
    ],
)
def test_a_list_is_called_as_in_the_navigation(
    name: str, title: str, chief: Client
) -> None:
    page = chief.get(reverse(f"admin:{name}_changelist")).content.decode()

    assert f"<title>{title} | " in " ".join(page.split()).replace("<title> ", "<title>")
    assert f'<span class="truncate" dir="auto">{title}</span>' in page


def test_a_staffed_house_without_trouble_is_well() -> None:
    Worker.objects.create(name="host:1", slots=2)
    make_job(status=Status.RUNNING)

    house = read_house()

    assert (house.verdict, house.numbers.running, house.numbers.slots) == (
        "All is well.",
        1,
        2,
    )


def test_a_worker_that_beats_and_one_that_gets_on_are_told_apart() -> None:
    silent_since = datetime(2026, 11, 1, tzinfo=UTC)
    Worker.objects.create(name="host:1", slots=2)
    make_job(status=Status.RUNNING, worker="host:7", progressed_at=silent_since)
    make_job(status=Status.RUNNING, worker="elsewhere:7", progressed_at=datetime.now(UTC))

    [worker] = read_house().workers

    assert (worker.is_alive, worker.running, worker.progressed_at) == (
        True,
        1,
        silent_since,
    )


def test_what_is_worst_stands_first() -> None:
    jobs = furnish(user_id=uuid.uuid4())

    house = read_house()

    assert house.attention[0][0].id == jobs["stalled"].id
    assert {job.id for job, *_ in house.attention} == {
        jobs[name].id for name in ("stalled", "retrying", "failed")
    }


def test_errors_are_grouped_and_counted_by_age() -> None:
    now = datetime.now(UTC)
    for age in (
        timedelta(minutes=5),
        timedelta(hours=5),
        timedelta(days=3),
        timedelta(days=30),
    ):
        make_job(
            status=Status.FAILED,
            error_code="busy",
            error_title="Busy",
            finished_at=now - age,
        )

    [group] = read_house().errors

    assert (group.title, group.last_hour, group.last_day, group.last_week) == (
        "Busy",
        1,
        2,
        3,
    )


def test_stages_are_measured_over_all_their_runs() -> None:
    furnish(user_id=uuid.uuid4())

    facts = next(row for row in read_house().stages if row.label == "Learning facts")

    # The median import of the scenery takes its 240 s in several slices.
    assert facts.imports > 50
    assert facts.median.startswith(("3 min", "4 min", "5 min"))


def test_the_first_page_takes_few_questions(
    chief: Client, django_assert_max_num_queries: Any
) -> None:
    furnish(user_id=uuid.uuid4())

    with django_assert_max_num_queries(15):
        page = chief.get("/admin/").content.decode()

    assert "Needs attention" in page


def test_whoever_may_not_see_imports_sees_none(client: Client) -> None:
    make_job(status=Status.FAILED)
    client.force_login(User.objects.create_user("eve", is_staff=True))

    page = client.get("/admin/")
    news = client.get("/admin/imports/importjob/house/")

    assert "house" not in page.context
    assert news.status_code == 404


def test_a_soulprint_reads_as_text(chief: Client) -> None:
    furnish(user_id=uuid.uuid4())
    soulprint = Soulprint.objects.get(pass_name="full")

    page = chief.get(
        reverse("admin:imports_soulprint_change", args=[soulprint.id])
    ).content.decode()

    assert "Builder&#x27;s co-pilot" in page
    assert "Made without a language model" in page
    assert "<li>Honesty</li>" in page


def test_a_fact_shows_the_quote_that_proves_it(chief: Client) -> None:
    furnish(user_id=uuid.uuid4())
    fact = Fact.objects.get(category="health")

    page = chief.get(reverse("admin:imports_fact_change", args=[fact.id])).content.decode()

    assert "careful, I&#x27;m allergic to walnuts" in page


def test_the_text_of_a_conversation_is_nowhere(chief: Client) -> None:
    furnish(user_id=uuid.uuid4())
    conversation = Conversation.objects.get(title="Cello practice plan")
    page = reverse("admin:imports_conversation_change", args=[conversation.id])

    shown = chief.get("/admin/imports/conversation/").content + chief.get(page).content

    assert b"Cello practice plan" in shown
    assert b"secret text" not in shown


@pytest.mark.parametrize("model", ["task", "success", "failure", "schedule", "ormq"])
def test_the_pages_of_the_queue_stay_away(model: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:django_q_{model}_changelist")


@pytest.mark.parametrize("page", ["auth/user/", "auth/group/", "auth/user/add/"])
def test_staff_accounts_have_their_pages(page: str, chief: Client) -> None:
    assert chief.get(f"/admin/{page}").status_code == 200


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    assert client.get("/admin/imports/importjob/news/?ids=").status_code == 302
