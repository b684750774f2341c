"""Ingest: every conversation becomes rows once, or a counted reason."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from imports.errors import LostLease, PermanentFailure, StageMissing
from imports.formats import Conversation as Record
from imports.formats import read_conversations
from imports.models import Chunk, Conversation, ImportJob, Status
from imports.pipeline import ingest, spool
from imports.pipeline.material import tally
from tests.exports import chat
from tests.factories import make_job
from tests.ports import Ports

pytestmark = pytest.mark.django_db


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    return Ports(spool=tmp_path)


def _spooled(ports: Ports, content: bytes | list[Any], **fields: Any) -> ImportJob:
    """Make a running job whose spool holds one part."""
    job = make_job(status=Status.RUNNING, **fields)
    assert ports.spool is not None
    folder = spool.folder_of(ports.spool, job.id)
    spool.prepare(folder, etag="e")
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    spool.part_path(folder, 0).write_bytes(data)
    spool.seal(folder, etag="e", parts=1, missing=())
    return job


def _run(job: ImportJob, ports: Ports) -> ImportJob:
    list(ingest.run(job, ports))  # type: ignore[arg-type]
    job.reload()
    return job


def _receipt(job: ImportJob) -> tuple[int, int, int, int]:
    return (
        job.conversations_found,
        job.conversations_stored,
        job.conversations_unchanged,
        job.skipped,
    )


def test_a_conversation_is_stored_with_its_text_once(ports: Ports) -> None:
    job = _spooled(ports, [chat("c1", ["I live in Lisbon.", "Noted."], title="Home")])

    _run(job, ports)

    stored = Conversation.objects.get()
    assert stored.title == "Home"
    assert stored.transcript.split() == ["I", "live", "in", "Lisbon.", "Noted."]
    assert [
        (span[1], stored.transcript[span[4] : span[5]]) for span in stored.spans if span[5]
    ] == [("user", "I live in Lisbon."), ("assistant", "Noted.")]


@pytest.mark.parametrize(
    "fields",
    [
        {"create_time": 1_750_537_482.970556, "update_time": 1_750_537_483},
        {"create_time": None, "update_time": None},
        {"is_do_not_remember": True, "default_model_slug": 'odd "model"'},
    ],
)
def test_every_column_is_stored_as_it_was_read(
    ports: Ports, fields: dict[str, Any]
) -> None:
    source = chat("c1", ["Grüße aus Łódź 🚲", "ok 好"], title="Reise 🚲") | fields
    job = _spooled(ports, [source])
    assert ports.spool is not None
    parts = spool.parts_of(ports.spool, job.id)
    (read,) = read_conversations(parts or (), limits=ingest.limits())
    assert isinstance(read, Record)

    _run(job, ports)

    row = Conversation.objects.get()
    assert (row.user_id, row.job_id) == (job.user_id, job.id)
    assert (row.title, row.provider) == (read.title, read.provider)
    assert (row.created_at, row.updated_at) == (read.created_at, read.updated_at)
    assert row.models_used == list(read.models)
    assert row.is_remembered is read.is_remembered
    assert bytes(row.content_hash) == read.content_hash
    assert (row.message_count, row.user_message_count) == (2, 1)
    assert row.transcript == "Grüße aus Łódź 🚲\n\nok 好\n\n"
    assert row.shown_length == len(row.transcript) - 2
    assert [span[:2] for span in row.spans] == [["c1-0", "user"], ["c1-1", "assistant"]]


COUNTED = ("own_messages", "own_characters", "hours", "declared")


@pytest.mark.parametrize("moment", [1_750_537_482.970556, None])
def test_what_ingest_counts_is_what_would_be_counted_of_the_stored_row(
    ports: Ports, moment: float | None
) -> None:
    source = chat("c1", ["Grüße aus Łódź 🚲", "ok", "a" * 9_000], create_time=moment)
    saved = source["mapping"]["c1-1"]["message"]
    saved |= {"recipient": "bio", "create_time": None}
    job = _run(_spooled(ports, [source]), ports)
    rows = Conversation.objects.values(*COUNTED)
    counted = rows.get()

    Conversation.objects.update(**dict.fromkeys(COUNTED))
    list(tally(job))

    assert counted == rows.get()
    assert counted["own_messages"] == 1
    assert [told[1:3] for told in counted["declared"]] == [["memory_write", moment]]


def test_what_is_not_to_be_remembered_is_stored_uncounted(ports: Ports) -> None:
    _run(_spooled(ports, [chat("c1", ["hello", "hi"], is_do_not_remember=True)]), ports)

    assert set(Conversation.objects.values(*COUNTED).get().values()) == {None}


@pytest.mark.parametrize("length", [300_000, 1_200_000])
def test_a_long_transcript_has_milestones(ports: Ports, length: int) -> None:
    said = "Grüße aus Łódź 🚲 " * (length // 16)

    _run(_spooled(ports, [chat("short", ["ok"]), chat("long", [said, "ok"])]), ports)

    short, long = Conversation.objects.order_by("shown_length")
    step = Conversation.MILESTONE
    places = range(step, len(long.transcript), step)
    assert short.milestones is None
    assert long.milestones == [len(long.transcript[:each].encode()) for each in places]
    assert long.milestones


def test_chunks_are_spans_of_the_transcript(ports: Ports) -> None:
    job = _spooled(ports, [chat("c1", ["word " * 400, "reply " * 400])])

    _run(job, ports)

    text = Conversation.objects.get().transcript
    micro = Chunk.objects.filter(tier="micro").order_by("start")
    assert "".join("".join(text[c.start : c.end].split()) for c in micro) == "".join(
        text.split()
    )
    assert job.chunks == Chunk.objects.count()


def test_the_same_export_again_changes_nothing(ports: Ports) -> None:
    export = [chat("c1", ["hello", "hi"]), chat("c2", ["bye", "see you"])]
    first = _run(_spooled(ports, export), ports)
    ImportJob.objects.update(status=Status.COMPLETE, finished_at=first.created_at,
                             lease_expires_at=None)  # fmt: skip
    before = set(Chunk.objects.values_list("id"))

    again = _run(_spooled(ports, export, user_id=first.user_id), ports)

    assert _receipt(again) == (2, 0, 2, 0)
    assert set(Chunk.objects.values_list("id")) == before
    assert (again.messages, again.chunks) == (first.messages, first.chunks)


def test_a_conversation_that_went_on_replaces_its_former_self(ports: Ports) -> None:
    first = _run(_spooled(ports, [chat("c1", ["hello", "hi"])]), ports)
    ImportJob.objects.update(status=Status.COMPLETE, finished_at=first.created_at,
                             lease_expires_at=None)  # fmt: skip
    longer = chat("c1", ["hello", "hi", "one more thing", "yes?"], updated=1_700_009_999.0)

    again = _run(_spooled(ports, [longer], user_id=first.user_id), ports)

    assert _receipt(again) == (1, 1, 0, 0)
    assert "one more thing" in Conversation.objects.get().transcript


def test_an_older_export_does_not_take_anything_back(ports: Ports) -> None:
    longer = chat("c1", ["hello", "hi", "more", "yes"], updated=1_700_009_999.0)
    first = _run(_spooled(ports, [longer]), ports)
    ImportJob.objects.update(status=Status.COMPLETE, finished_at=first.created_at,
                             lease_expires_at=None)  # fmt: skip

    older = _spooled(ports, [chat("c1", ["hello", "hi"])], user_id=first.user_id)
    again = _run(older, ports)

    assert _receipt(again) == (1, 0, 1, 0)
    assert "more" in Conversation.objects.get().transcript


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_copies_in_one_export_the_newer_counts(
    ports: Ports, order: tuple[int, int]
) -> None:
    copies = [
        chat("c1", ["hello", "hi"]),
        chat("c1", ["hello", "hi", "more", "yes"], updated=1_700_009_999.0),
    ]
    job = _run(_spooled(ports, [copies[i] for i in order]), ports)

    assert _receipt(job) == (2, 1, 0, 1)
    assert job.skipped_reasons == {"duplicate": 1}
    assert Conversation.objects.get().message_count == job.messages


def test_one_odd_record_never_ends_an_import(ports: Ports) -> None:
    job = _spooled(ports, [chat("c1", ["hello", "hi"]), "nonsense", {"mapping": 3}])

    _run(job, ports)

    assert job.conversations_found == 3
    assert job.conversations_stored == 1
    assert sum(job.skipped_reasons.values()) == 2


def test_of_each_reason_to_skip_a_few_places_are_kept_and_no_text(ports: Ports) -> None:
    records = [chat("c1", ["hello", "hi"]), *[f"secret {n}" for n in range(9)]]

    job = _run(_spooled(ports, records), ports)

    [(reason, samples)] = job.skipped_samples.items()
    assert job.skipped_reasons == {reason: 9}
    assert len(samples) == 5
    assert [sample["offset"] for sample in samples] == sorted(
        sample["offset"] for sample in samples
    )
    assert "secret" not in str(samples)


def test_what_came_before_a_break_is_kept_and_the_failure_names_the_byte(
    ports: Ports,
) -> None:
    whole = json.dumps([chat("c1", ["hello", "hi"]), chat("c2", ["x" * 500, "y"])]).encode()
    job = _spooled(ports, whole[:-200])

    with pytest.raises(PermanentFailure) as failure:
        _run(job, ports)

    job.reload()
    assert _receipt(job)[:2] == (1, 1)
    assert "byte" in failure.value.detail


def test_a_conversation_taken_out_of_memory_is_kept_without_chunks(ports: Ports) -> None:
    private = chat("c1", ["my secret", "ok"], is_do_not_remember=True)

    _run(_spooled(ports, [private]), ports)

    assert not Conversation.objects.get().is_remembered
    assert not Chunk.objects.exists()


@pytest.mark.parametrize(
    ("gizmo", "kept"), [("g-p-68f1", ("g-p-68f1", "")), ("g-abc", ("", "g-abc"))]
)
def test_the_project_or_custom_gpt_of_a_conversation_is_kept(
    ports: Ports, gizmo: str, kept: tuple[str, str]
) -> None:
    _run(_spooled(ports, [chat("c1", ["hello", "hi"], gizmo_id=gizmo)]), ports)

    stored = Conversation.objects.get()
    assert (stored.project_id, stored.gizmo_id) == kept


def test_ingest_goes_on_where_its_last_commit_was(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 2)
    export = [chat(f"c{n}", [f"question {n}", f"answer {n}"]) for n in range(7)]
    job = _spooled(ports, export)
    interrupted = ingest.run(job, ports)  # type: ignore[arg-type]
    next(interrupted)
    interrupted.close()  # type: ignore[attr-defined]

    _run(job, ports)

    assert _receipt(job) == (7, 7, 0, 0)
    assert Conversation.objects.count() == 7


def test_a_worker_that_lost_its_lease_stores_nothing(ports: Ports) -> None:
    job = _spooled(ports, [chat("c1", ["hello", "hi"])])
    ImportJob.objects.update(attempt=9)

    with pytest.raises(LostLease):
        list(ingest.run(job, ports))  # type: ignore[arg-type]

    assert not Conversation.objects.exists()


def test_without_its_spool_it_asks_for_the_download(ports: Ports) -> None:
    job = make_job(status=Status.RUNNING)

    with pytest.raises(StageMissing):
        list(ingest.run(job, ports))  # type: ignore[arg-type]


def _without_messages(id_: str) -> dict[str, Any]:
    return chat(id_, [])


def test_an_export_in_which_nobody_says_anything_is_a_failure(ports: Ports) -> None:
    job = _spooled(ports, [_without_messages("c1"), _without_messages("c2")])

    with pytest.raises(PermanentFailure) as failure:
        _run(job, ports)

    assert failure.value.code == "no_messages"


def test_it_is_a_failure_also_when_the_last_attempt_saw_only_the_end(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 1)
    job = _spooled(ports, [_without_messages("c1"), _without_messages("c2")])
    interrupted = ingest.run(job, ports)  # type: ignore[arg-type]
    next(interrupted)
    interrupted.close()  # type: ignore[attr-defined]

    with pytest.raises(PermanentFailure) as failure:
        _run(job, ports)

    job.reload()
    assert failure.value.code == "no_messages"
    assert job.conversations_found == 2


def test_a_resumed_import_counts_what_was_said_before(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 1)
    job = _spooled(ports, [chat("c1", ["hello", "hi"]), _without_messages("c2")])
    interrupted = ingest.run(job, ports)  # type: ignore[arg-type]
    next(interrupted)
    interrupted.close()  # type: ignore[attr-defined]

    _run(job, ports)

    assert _receipt(job) == (2, 2, 0, 0)


def test_the_export_of_an_account_that_was_never_used_is_no_failure(ports: Ports) -> None:
    job = _run(_spooled(ports, []), ports)

    assert _receipt(job) == (0, 0, 0, 0)


def test_reading_ahead_ends_with_the_stage(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_RECORDS", 1)
    usual = sys.getswitchinterval()
    job = _spooled(ports, [chat(f"c{n}", ["hello", "hi"]) for n in range(5)])

    interrupted = ingest.run(job, ports)  # type: ignore[arg-type]
    next(interrupted)
    interrupted.close()  # type: ignore[attr-defined]

    names = {thread.name for thread in threading.enumerate()}
    assert not any(name.startswith("reader") for name in names)
    assert sys.getswitchinterval() == usual


def test_nothing_is_read_ahead_of_a_huge_conversation(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_BYTES", 100)
    export = [chat(f"c{n}", ["question " * 100, "answer " * 100]) for n in range(4)]

    job = _run(_spooled(ports, export), ports)

    assert _receipt(job) == (4, 4, 0, 0)
    assert Conversation.objects.count() == 4


def test_an_export_that_is_read_again_from_its_start_is_unchanged(ports: Ports) -> None:
    export = [chat("c1", ["hello", "hi"])]
    first = _run(_spooled(ports, export), ports)
    counted = (first.messages, first.chunks)
    of_download = {"missing_shard": 1, "unreadable_file": 2}
    ImportJob.objects.update(read_part=0, read_offset=0, oddities=of_download)
    assert ports.spool is not None
    folder = spool.folder_of(ports.spool, first.id)
    spool.prepare(folder, etag="e")
    spool.part_path(folder, 0).write_bytes(json.dumps(export).encode())
    spool.seal(folder, etag="e", parts=1, missing=("conversations-001.json",))

    again = _run(first, ports)

    assert _receipt(again) == (1, 0, 1, 0)
    assert (again.messages, again.chunks) == counted
    assert again.oddities == of_download
