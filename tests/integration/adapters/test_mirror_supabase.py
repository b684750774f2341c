"""The mirror in Supabase: what is written, over what, and what the answers mean."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from imports.adapters.mirror_supabase import SupabaseMirror
from imports.errors import (
    Failure,
    MirrorRefused,
    MirrorRejected,
    MirrorUnavailable,
    ProfileChanged,
    ProfileMissing,
    SeveralProfiles,
)
from imports.ports.mirror import ShownState
from tests.fakes.postgrest import COLUMNS, KEY, FakePostgrest, Fault

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")
AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
STATE = ShownState(
    import_status="quick_ready",
    import_stage="Creating memory chunks",
    progress_percent=42,
    processing_started_at=AT,
    updated_at=AT,
    ai_name="Juno",
    archetype="Guide",
    sections={"soul": '{"tone": "warm"}', "memory": None},
)


@pytest.fixture
def site() -> Iterator[FakePostgrest]:
    with FakePostgrest() as site:
        yield site


@pytest.fixture
def mirror(site: FakePostgrest) -> Iterator[SupabaseMirror]:
    mirror = SupabaseMirror(f"{site.url}/rest/v1", KEY, timeout=httpx.Timeout(2))
    yield mirror
    mirror.close()


def test_a_state_fills_the_columns_that_the_site_reads(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    row = site.add(USER)

    version = mirror.show(USER, STATE, over="")

    assert row["soul_md"] == '{"tone": "warm"}'
    assert (row["import_status"], row["progress_percent"]) == ("quick_ready", 42)
    assert (row["ai_name"], row["archetype"]) == ("Juno", "Guide")
    assert version == row["updated_at"] == AT.isoformat()


def test_only_the_row_of_the_user_is_written(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    other = site.add(uuid.uuid4())
    site.add(USER)

    mirror.show(USER, STATE, over="")

    assert other["import_status"] is None
    assert "max-affected=1" in site.requests[-1][1]["Prefer"]


def test_a_version_that_is_gone_is_not_written_over(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    row = site.add(USER, updated_at="2026-01-01T00:00:00+00:00", import_stage="theirs")

    with pytest.raises(ProfileChanged):
        mirror.show(USER, STATE, over="2025-12-31T00:00:00+00:00")

    assert row["import_stage"] == "theirs"


def test_a_version_that_a_trigger_makes_up_is_the_version(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    site.has_trigger = True
    site.add(USER)

    first = mirror.show(USER, STATE, over="")
    second = mirror.show(USER, STATE, over=first)

    assert first != second == mirror.version(USER)


def test_nobody_and_two_of_the_same_are_told_apart(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    with pytest.raises(ProfileMissing):
        mirror.show(USER, STATE, over="")
    twins = [site.add(USER), site.add(USER)]

    with pytest.raises(SeveralProfiles):
        mirror.show(USER, STATE, over="")

    assert [row["import_status"] for row in twins] == [None, None]


def test_clearing_reaches_every_row_of_the_user_and_no_other(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    site.add(USER, soul_md="canary", updated_at="2026-01-01T00:00:00+00:00")
    site.add(USER, soul_md="canary")
    other = site.add(uuid.uuid4(), soul_md="kept")

    nobody = ShownState(import_status="none", sections={"soul": None}, updated_at=AT)
    mirror.clear(USER, nobody)
    mirror.clear(uuid.uuid4(), nobody)

    assert "canary" not in str(site.rows)
    assert other["soul_md"] == "kept"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("down", MirrorUnavailable),
        ("page", MirrorUnavailable),
        ("cut", MirrorUnavailable),
        ("unanswered", MirrorUnavailable),
        ("unsigned", MirrorRefused),
        ("redirect", MirrorRejected),
    ],
)
def test_every_trouble_has_its_word(
    site: FakePostgrest, mirror: SupabaseMirror, fault: Fault, expected: type[Failure]
) -> None:
    site.add(USER)
    site.fail(fault)

    with pytest.raises(expected):
        mirror.show(USER, STATE, over="")


def test_a_missing_column_is_said_once_and_for_all() -> None:
    columns = tuple(name for name in COLUMNS if name != "soul_md")
    with FakePostgrest(columns=columns) as site:
        site.add(USER)
        mirror = SupabaseMirror(f"{site.url}/rest/v1", KEY)

        with pytest.raises(MirrorRejected):
            mirror.show(USER, STATE, over="")

        mirror.close()


def test_a_site_that_is_not_there_is_unavailable() -> None:
    mirror = SupabaseMirror("http://127.0.0.1:1/rest/v1", KEY)

    with pytest.raises(MirrorUnavailable):
        mirror.version(USER)

    mirror.close()


def test_a_key_of_the_new_kind_is_no_bearer_of_anything(
    site: FakePostgrest, mirror: SupabaseMirror
) -> None:
    site.add(USER)

    mirror.version(USER)

    headers = site.requests[-1][1]
    assert headers["apikey"] == KEY
    assert "Authorization" not in headers


def test_the_readme_lists_every_column() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text()

    assert [name for name in COLUMNS[1:] if name not in readme] == []
