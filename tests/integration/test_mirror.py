"""The mirror ends up showing our state, whatever happens on the way, and never goes back."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from imports import erase, mirror, wiring
from imports.adapters.mirror_supabase import SupabaseMirror, columns
from imports.admin import attention
from imports.api import presentation
from imports.models import Erasure, ImportJob, MirrorState, Soulprint, StageName, Status
from tests.factories import make_job
from tests.fakes.postgrest import KEY, FakePostgrest, Fault

pytestmark = pytest.mark.django_db

# All hundred of them take a while: `make chaos` runs the rest.
_MORE_SEEDS = [pytest.param(seed, marks=pytest.mark.chaos) for seed in range(8, 100)]
BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[FakePostgrest]:
    with FakePostgrest() as server:
        yield server


@pytest.fixture(scope="module")
def adapter(server: FakePostgrest) -> Iterator[SupabaseMirror]:
    adapter = SupabaseMirror(f"{server.url}/rest/v1", KEY, timeout=httpx.Timeout(2))
    yield adapter
    adapter.close()


@pytest.fixture
def site(
    server: FakePostgrest, adapter: SupabaseMirror, settings: Settings, tmp_path: Path
) -> Iterator[FakePostgrest]:
    """An empty site behind the port of this process."""
    settings.OBJECTS_DIR = tmp_path
    wired = vars(wiring.ports())
    wired.pop("objects", None)
    wired["mirror"] = adapter
    server.rows, server.history, server.has_trigger = [], [], False
    server.recover()
    server.let_in()
    yield server
    wired.pop("mirror")


def _move(job: ImportJob, **changes: Any) -> None:
    """Change a job as the lifecycle does; its clock stands still within the transaction of a test."""
    job.updated_at += timedelta(microseconds=1)
    ImportJob.objects.filter(id=job.id).update(updated_at=job.updated_at, **changes)
    job.reload()


def _look() -> int:
    """Show whoever is behind, however lately somebody tried."""
    MirrorState.objects.update(due_at=Now())
    return mirror.show_due(ended_since=None)


def _write_soulprint(job: ImportJob, **fields: Any) -> Soulprint:
    sections = {name: {"said": name} for name in Soulprint.SECTIONS if name != "memory"}
    return Soulprint.objects.create(
        user_id=job.user_id,
        job=job,
        engine="local",
        **{
            "pass_name": "quick",
            "ai_name": "Juno",
            "archetype": "Guide",
            **sections,
            **fields,
        },
    )


def test_the_site_sees_what_the_status_api_says(site: FakePostgrest) -> None:
    job = make_job(
        status=Status.FAILED,
        stage=StageName.INGEST,
        progress_percent=17,
        started_at=BEGAN,
        error_code="zip_corrupt",
        error_title="The file is damaged.",
        error_detail="Upload it again.",
    )
    row = site.add(job.user_id)

    _look()

    said = presentation.site_status(job)
    assert row["import_status"] == said["status"]
    assert row["import_stage"] == said["stage"]
    assert row["progress_percent"] == said["progress"]
    assert row["import_error"] == said["error"]
    assert row["processing_started_at"] == BEGAN.isoformat()


def test_sections_are_json_texts_and_travel_only_when_they_are_new(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.RUNNING, progress_percent=40)
    row = site.add(job.user_id)
    _write_soulprint(job, soul={"tone": "wärm"})
    _look()

    _move(job, progress_percent=41)
    _look()

    assert json.loads(row["soul_md"]) == {"tone": "wärm"}
    assert (row["memory_md"], row["ai_name"]) == (None, "Juno")
    assert row["progress_percent"] == 41
    assert "soul_md" not in (site.requests[-1][2] or {})


def test_a_state_that_looks_the_same_is_not_sent_again(site: FakePostgrest) -> None:
    job = make_job(status=Status.RUNNING)
    site.add(job.user_id)
    _look()
    asked = len(site.requests)

    _move(job)
    _look()

    assert len(site.requests) == asked
    assert _look() == 0


def test_one_user_is_not_shown_more_often_than_every_two_seconds(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.RUNNING)
    site.add(job.user_id)
    _look()

    _move(job, progress_percent=50)

    assert mirror.show_due(ended_since=None) == 0


def test_what_ended_long_ago_is_found_when_everybody_is_looked_at(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.COMPLETE)
    row = site.add(job.user_id)

    lately = mirror.show_due(ended_since=datetime.now(UTC))
    everybody = mirror.show_due(ended_since=None)

    assert (lately, everybody, row["import_status"]) == (0, 1, "complete")


def test_a_user_without_a_profile_needs_attention_until_there_is_one(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.COMPLETE)
    _look()
    missing = attention.ranked(limit=5)

    row = site.add(job.user_id)
    _look()

    assert missing == ([(job, "The site has no profile of this user.")], 1)
    assert row["progress_percent"] == 100
    assert attention.ranked(limit=5) == ([], 0)


def test_a_user_with_two_profiles_needs_attention_and_neither_is_written(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.COMPLETE)
    twins = [site.add(job.user_id), site.add(job.user_id)]

    _look()

    assert [row["import_status"] for row in twins] == [None, None]
    assert MirrorState.objects.get().problem == "several_profiles"


def test_an_outage_is_met_once_a_round_and_caught_up_afterwards(
    site: FakePostgrest,
) -> None:
    jobs = [make_job(status=Status.COMPLETE) for _ in range(3)]
    rows = [site.add(job.user_id) for job in jobs]
    site.fail("down", "down")
    asked = len(site.requests)

    during = _look()
    requests = len(site.requests) - asked
    site.recover()
    _look()

    assert (during, requests) == (0, 1)
    assert [row["import_status"] for row in rows] == ["complete"] * 3


def test_what_the_site_writes_itself_stays_and_ours_lands_beside_it(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.RUNNING)
    row = site.add(job.user_id)
    _look()

    site.touch(row)
    _move(job, progress_percent=60)
    _look()

    assert row["progress_percent"] == 60


def test_erasing_a_user_takes_what_is_shown_of_them(site: FakePostgrest) -> None:
    job = make_job(status=Status.COMPLETE)
    row = site.add(job.user_id)
    _write_soulprint(job)
    _look()

    erase.request(job.user_id, requested_by="ada")
    erase.erase_due()

    shown = {name: value for name, value in row.items() if value is not None}
    assert shown.keys() == {"id", "import_status", "progress_percent", "updated_at"}
    assert (row["import_status"], row["progress_percent"]) == ("none", 0)
    assert not MirrorState.objects.exists()


def test_the_wish_to_erase_waits_for_the_mirror(site: FakePostgrest) -> None:
    job = make_job(status=Status.COMPLETE)
    row = site.add(job.user_id, soul_md="canary")
    erase.request(job.user_id, requested_by="ada")
    site.fail("unanswered")

    first, at_once = erase.erase_due(), erase.erase_due()
    Erasure.objects.update(due_at=Now())
    later = erase.erase_due()

    assert (first, at_once, later, row["soul_md"]) == (0, 0, 1, None)


def test_a_writing_under_way_during_the_erasure_changes_nothing(
    site: FakePostgrest,
) -> None:
    job = make_job(status=Status.COMPLETE)
    row = site.add(job.user_id)
    _write_soulprint(job)
    site.fail("late")
    _look()
    erase.request(job.user_id, requested_by="ada")

    erase.erase_due()
    site.let_in()

    assert row["soul_md"] is None


@pytest.mark.parametrize("seed", [*range(8), *_MORE_SEEDS])
def test_after_any_schedule_of_faults_the_columns_equal_our_state(
    seed: int, site: FakePostgrest
) -> None:
    chance = random.Random(seed)
    site.has_trigger = chance.random() < 0.5
    user_id = uuid.uuid4()
    is_late_to_sign_up = chance.random() < 0.3
    row = None if is_late_to_sign_up else site.add(user_id)

    told = []
    for state in _life(user_id, chance):
        told.append(state)
        site.fail(*chance.choices(_TROUBLE, k=chance.choice([0, 0, 1, 2])))
        if row and chance.random() < 0.2:
            site.touch(row)
        _look()
        if chance.random() < 0.3:
            site.let_in()
    row = row or site.add(user_id)
    site.recover()
    _look()
    site.let_in()

    shown = mirror.present(user_id).shown
    expected = columns(shown) | {"id": str(user_id), "updated_at": row["updated_at"]}
    assert row == expected
    places = [told.index(_told(before)) for before in site.history]
    assert places == sorted(places)
    assert _look() == 0


_TROUBLE: tuple[Fault, ...] = ("down", "page", "cut", "unanswered", "late", "unsigned")


def _life(user_id: uuid.UUID, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """Let a person import twice, with a failure and a retry in between; yield each state."""
    for round_, created_at in enumerate((BEGAN, BEGAN + timedelta(days=1))):
        job = make_job(user_id=user_id, created_at=created_at)
        yield _of(job)
        _move(job, status=Status.RUNNING, lease_expires_at=BEGAN, started_at=created_at)
        yield _of(job)
        _move(job, progress_percent=chance.randint(1, 30), stage=StageName.QUICK_PASS)
        yield _of(job)
        _write_soulprint(job, ai_name=f"Juno {round_}")
        _move(job, progress_percent=chance.randint(40, 60), quick_ready_at=created_at)
        yield _of(job)
        if chance.random() < 0.5:
            _move(job, lease_expires_at=None, finished_at=BEGAN, **_FAILED)
            yield _of(job)
            _move(job, status=Status.QUEUED, finished_at=None, error_code="")
            _move(job, progress_percent=61, queued_at=BEGAN)
            yield _of(job)
        _write_soulprint(job, pass_name="full", memory={"round": round_})
        _move(
            job,
            status=Status.COMPLETE,
            lease_expires_at=None,
            finished_at=BEGAN,
            progress_percent=100,
        )
        yield _of(job)


_FAILED = {"status": Status.FAILED, "error_code": "x", "error_title": "It failed."}


def _of(job: ImportJob) -> tuple[Any, ...]:
    return _told(columns(mirror.present(job.user_id).shown))


def _told(row: dict[str, Any]) -> tuple[Any, ...]:
    """Give what tells one state of a person's life from another."""
    started = str(row["processing_started_at"])
    return (row["import_status"], row["progress_percent"], started, row["memory_md"])
