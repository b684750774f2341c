"""Each conversation is counted once, and a stage that is ended goes on behind what was counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from imports.errors import LostLease
from imports.models import Conversation, ImportJob, StageName
from imports.pipeline.material import read_declared, read_statistics, tally
from imports.ports import Topic, Trend
from tests.integration.pipeline.scripted import (
    START,
    make_conversation,
    make_running_job,
    to_the_end,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ImportJob:
    return make_running_job(StageName.QUICK_PASS)


def test_what_was_written_when_and_declared_is_stored_with_a_conversation(
    job: ImportJob,
) -> None:
    talk = make_conversation(
        job,
        ("user", "Answer briefly", {"kind": "context", "id": "c1"}),
        ("user", "a" * 10),
        ("user", "b" * 9_000, {"time": None}),
        ("user", "pasted", {"origin": "pasted"}),
        ("user", "of another branch", {"is_active": False}),
        ("assistant", "said"),
    )

    to_the_end(tally(job))

    talk.refresh_from_db()
    (declared,) = talk.declared or ()
    assert (talk.own_messages, talk.own_characters) == (2, 10 + 2_400)
    assert talk.hours == {"9": 3, "": 1}
    assert declared[:2] == ["c1", "context"]
    assert talk.transcript[declared[3] : declared[4]] == "Answer briefly"


def test_statistics_are_sums_of_what_was_counted(job: ImportJob) -> None:
    for hour in (0, 0, 5):
        make_conversation(
            job,
            ("user", "hello there"),
            at=START + timedelta(hours=hour),
            title=f"{hour}",
            models_used=["gpt-4o"],
        )

    to_the_end(tally(job))
    statistics = to_the_end(read_statistics(job.user_id))

    assert (statistics.conversations, statistics.user_messages) == (3, 3)
    assert (statistics.by_hour[9], statistics.by_hour[14]) == (2, 1)
    assert statistics.models == {"gpt-4o": 3}


def test_topics_are_words_of_titles_with_their_trend(job: ImportJob) -> None:
    for day, title in (
        *((day, f"Tomato soup for {day} people") for day in range(4)),
        *((day, f"Help with a pandas error {day}") for day in range(398, 402)),
        *((day * 40, "A sourdough starter") for day in range(10)),
        (7, "Only once"),
    ):
        at = START + timedelta(days=day)
        make_conversation(job, ("user", "hello"), at=at, title=title)

    to_the_end(tally(job))
    statistics = to_the_end(read_statistics(job.user_id))

    assert statistics.topics == (
        Topic(name="sourdough", conversations=10),
        Topic(name="starter", conversations=10),
        Topic(name="pandas", conversations=4, trend=Trend.RISING),
        Topic(name="soup", conversations=4, trend=Trend.FADING),
        Topic(name="tomato", conversations=4, trend=Trend.FADING),
    )


def test_what_is_counted_is_not_counted_again(
    job: ImportJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.pipeline.material.tallies.AT_ONCE", 1)
    for number in range(8):
        make_conversation(job, ("user", "hello there"), title=f"{number}")
    broken = tally(job)
    while not Conversation.objects.exclude(own_messages=None).exists():
        next(broken)
    broken.close()
    counted = Conversation.objects.exclude(own_messages=None)
    Conversation.objects.filter(id__in=list(counted.values_list("id", flat=True))).update(
        own_messages=77
    )
    kept = counted.count()

    to_the_end(tally(job))

    assert 0 < kept < 8
    assert Conversation.objects.filter(own_messages=77).count() == kept
    assert Conversation.objects.filter(own_messages=1).count() == 8 - kept
    assert list(tally(job)) == []


def test_what_is_not_to_be_remembered_is_not_counted(job: ImportJob) -> None:
    make_conversation(job, ("user", "a secret"), is_remembered=False)

    to_the_end(tally(job))

    assert Conversation.objects.get().own_messages is None


def test_a_worker_that_lost_its_lease_stores_no_counts(job: ImportJob) -> None:
    make_conversation(job, ("user", "hello there"))
    ImportJob.objects.filter(id=job.id).update(attempt=job.attempt + 1)

    with pytest.raises(LostLease):
        to_the_end(tally(job))

    assert Conversation.objects.get().own_messages is None


def test_a_text_declared_over_and_over_is_read_once_where_it_stood_last(
    job: ImportJob,
) -> None:
    for day in range(5):
        make_conversation(
            job,
            ("user", "Answer briefly", {"kind": "context", "id": f"c{day}"}),
            ("assistant", f"Likes tea {day}", {"kind": "memory_write"}),
            title=f"{day}",
            at=START + timedelta(days=day),
        )

    to_the_end(tally(job))
    declared = to_the_end(read_declared(job.user_id))

    assert [each.text for each in declared if each.kind == "instructions"] == [
        "Answer briefly"
    ]
    assert [each.message_id for each in declared if each.kind == "instructions"] == ["c4"]
    assert sum(each.kind == "saved_memory" for each in declared) == 5
