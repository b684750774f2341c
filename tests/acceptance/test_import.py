"""An export goes in, a soulprint and a memory come out."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from pathlib import Path

import pytest

from imports.models import (
    Chunk,
    Conversation,
    Fact,
    ImportStatus,
    Soulprint,
    StageLog,
    StageName,
    Status,
)
from imports.synthetic import Truth, write_export
from tests.acceptance.journeys import bring, whole_import, work_to_the_end
from tests.exports import chat

# The heartbeat looks from a connection of its own: rows have to be committed.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    path = tmp_path_factory.mktemp("export") / "export.zip"
    return path, write_export(path, seed=11, conversations=40, zipped=True)


def test_everything_found_is_accounted_for(export: tuple[Path, Truth]) -> None:
    path, truth = export

    job = whole_import(path, user_id=uuid.uuid4())

    assert (job.status, job.progress_percent) == (Status.COMPLETE, 100)
    assert job.conversations_found == truth.totals.conversations
    assert job.conversations + job.skipped == job.conversations_found
    assert job.messages == truth.totals.messages


def test_the_person_gets_a_quick_and_a_full_soulprint(export: tuple[Path, Truth]) -> None:
    user = uuid.uuid4()

    job = whole_import(export[0], user_id=user)

    versions = Soulprint.objects.of_user(user)
    assert [version.pass_name for version in versions] == ["full", "quick"]
    assert versions[0].memory is not None
    assert {version.engine for version in versions} == {"local"}
    assert job.quick_ready_at is not None
    assert job.import_status == ImportStatus.COMPLETE


def test_every_chunk_of_an_embedded_tier_has_a_vector(export: tuple[Path, Truth]) -> None:
    user = uuid.uuid4()

    whole_import(export[0], user_id=user)

    embedded = Chunk.objects.of_tiers(user_id=user, tiers=["micro", "medium"])
    assert embedded.exists()
    assert not embedded.without_vector().exists()


def test_every_fact_is_proven_by_a_message_of_the_person(
    export: tuple[Path, Truth],
) -> None:
    user = uuid.uuid4()

    whole_import(export[0], user_id=user)

    facts = Fact.objects.filter(user_id=user)
    assert facts.count() > 5
    transcripts = {
        str(row.id): (row.transcript, {span[0]: span for span in row.spans})
        for row in Conversation.objects.filter(user_id=user)
    }
    for quote in (quote for fact in facts for quote in fact.evidence):
        text, spans = transcripts[quote["conversation_id"]]
        span = spans[quote["message_id"]]
        said = " ".join(text[span[4] : span[5]].split())
        assert " ".join(quote["quote"].split()) in said


def test_the_log_shows_every_stage_with_times_and_counts(
    export: tuple[Path, Truth],
) -> None:
    job = whole_import(export[0], user_id=uuid.uuid4())

    lines = StageLog.objects.filter(job=job, kind="stage").in_order()
    assert [line.stage for line in lines] == list(StageName)
    assert {line.outcome for line in lines} == {StageLog.Outcome.DONE}
    assert all(line.ended_at and line.items_done for line in lines)


def test_the_same_file_again_is_unchanged_and_makes_no_second_copy(
    export: tuple[Path, Truth],
) -> None:
    user = uuid.uuid4()
    first = whole_import(export[0], user_id=user)
    before = (Conversation.objects.count(), Chunk.objects.count(), Fact.objects.count())

    again = whole_import(export[0], user_id=user)

    assert again.status == Status.COMPLETE
    assert (again.conversations_stored, again.conversations_unchanged) == (
        0,
        first.conversations_found - first.skipped,
    )
    after = (Conversation.objects.count(), Chunk.objects.count(), Fact.objects.count())
    assert after == before


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


CHATS = json.dumps([chat("c1", ["hello", "hi"])]).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "not_an_export", id="a picture"),
        pytest.param(b'{"some": "json"}', "not_an_export", id="other json"),
        pytest.param(_zip("holiday.txt", b"sun"), "not_an_export", id="other zip"),
        pytest.param(
            _zip("conversations.json", CHATS * 50)[:-60],
            "incomplete_file",
            id="truncated zip",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_says_what_to_do_and_leaves_nothing(
    content: bytes, code: str
) -> None:
    user = uuid.uuid4()

    job = work_to_the_end(bring(content, user_id=user))

    assert (job.status, job.error_code) == (Status.FAILED, code)
    assert job.error_title
    assert job.error_detail
    assert not Conversation.objects.filter(user_id=user).exists()
    assert not Soulprint.objects.filter(user_id=user).exists()


def test_a_missing_object_fails_with_its_own_code(house: Path) -> None:
    user = uuid.uuid4()
    job = bring(CHATS, user_id=user)
    (house / "objects" / job.storage_path).unlink()

    work_to_the_end(job)

    assert (job.status, job.error_code) == (Status.FAILED, "file_missing")


def test_an_empty_account_is_a_success() -> None:
    job = work_to_the_end(bring(b"[]", user_id=uuid.uuid4()))

    assert (job.status, job.conversations_found) == (Status.COMPLETE, 0)
