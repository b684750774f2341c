"""Ended at any moment, the stage is picked up where it was."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from imports.errors import (
    SourceChanged,
)
from imports.models import ImportJob
from imports.pipeline import download, spool
from imports.pipeline.download.parts import compare
from tests.fakes.storage import FakeStorage
from tests.integration.pipeline.download.places import (
    MB,
    PLAIN,
    SHARDS,
    ZIP,
    Place,
    packed,
    run,
    spooled,
    stop_after,
    stop_at_every_yield,
)

pytestmark = pytest.mark.django_db


CHATS = {f"{n:02}.json": b'{"chat_messages": [], "n": %d}' % n for n in range(8)}
UNKNOWN = packed({**CHATS, **{f"note {n}.json": b'{"a": 1}' for n in range(8)}}, images=2)
CONTENTS = {
    "zip": ZIP,
    "json": PLAIN,
    "gzip": gzip.compress(PLAIN, 1),
    "unknown names": UNKNOWN,
}
PARTS = {
    "zip": list(SHARDS.values()),
    "json": [PLAIN],
    "gzip": [PLAIN],
    "unknown names": list(CHATS.values()),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_ended_at_every_yield_it_ends_the_same(
    job: ImportJob, place: Place, often: None, kind: str
) -> None:
    place.hold(CONTENTS[kind])
    yields = len(run(job, place))
    spool.remove(place.spool, job.id)

    stop_at_every_yield(job, place, yields)
    run(job, place)

    assert spooled(job, place) == PARTS[kind]


def test_what_an_earlier_attempt_has_looked_into_is_not_looked_into_again(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(UNKNOWN)
    stop_after(job, place, 10)

    stages = run(job, place)

    assert [each.done for each in stages if each.unit == "files"] == [*range(9, 16)]


def test_half_a_memory_of_what_was_looked_into_is_none(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(UNKNOWN)
    stop_after(job, place, 10)
    (spool.folder_of(place.spool, job.id) / "looked").write_text('{"17": tr')

    stages = run(job, place)

    assert [each.done for each in stages if each.unit == "files"] == [*range(16)]
    assert spooled(job, place) == list(CHATS.values())


class Killed(BaseException):
    """What nobody catches: the process is gone."""


@pytest.mark.parametrize("writes", [0, 1, 2, 3, 5, 8, 13, 21, 28])
@pytest.mark.parametrize("kind", ["zip", "json", "gzip"])
def test_killed_in_the_middle_of_any_write_it_ends_the_same(
    job: ImportJob, remote: Place, monkeypatch: pytest.MonkeyPatch, kind: str, writes: int
) -> None:
    remote.hold(CONTENTS[kind])
    with monkeypatch.context() as patch:
        patch.setattr(spool, "write_whole", torn_after(writes))
        with pytest.raises(Killed):
            run(job, remote)

    run(job, remote)

    assert spooled(job, remote) == PARTS[kind]


def torn_after(writes: int) -> Callable[[Any, bytes], None]:
    """Write that often, then half a block, and then nothing any more."""
    left = iter(range(writes))

    def write(file: Any, block: bytes) -> None:
        if next(left, None) is None:
            file.write(block[: len(block) // 2])
            raise Killed
        file.write(block)

    return write


@pytest.mark.parametrize("kind", CONTENTS)
def test_what_has_travelled_does_not_travel_again(
    job: ImportJob, remote: Place, storage: FakeStorage, often: None, kind: str
) -> None:
    remote.hold(CONTENTS[kind])
    run(job, remote)
    spool.remove(remote.spool, job.id)
    unbroken = sum(stop - start for start, stop in storage.reads())
    storage.requests.clear()

    stop_after(job, remote, 2)
    stop_after(job, remote, 4)
    stop_after(job, remote, 6)
    run(job, remote)

    travelled = sum(stop - start for start, stop in storage.reads())
    # Each new beginning may fetch a window that reaches too far, nothing else.
    assert travelled < unbroken + 3 * 4 * MB
    assert spooled(job, remote) == PARTS[kind]


def test_of_very_many_parts_those_that_are_here_are_not_unpacked_again(
    job: ImportJob, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = {f"conversations-{number:03}.json": b"[]" for number in range(50)}
    place.hold(packed(shards))
    stop_after(job, place, 30)
    here = len(list(spool.folder_of(place.spool, job.id).glob("*.json")))
    unpacked: list[Path] = []

    def counted(path: Path, blocks: Iterator[bytes]) -> Generator[None]:
        unpacked.append(path)
        return compare(path, blocks)

    monkeypatch.setattr(download, "compare", counted)
    run(job, place)

    assert 20 < here < 40
    assert len(unpacked) <= 50 - here + 1
    assert spooled(job, place) == list(shards.values())


def test_of_each_of_very_many_parts_a_word_is_said(job: ImportJob, place: Place) -> None:
    """A stage that is silent for long loses its lease."""
    shards = {f"conversations-{number:03}.json": b"[]" for number in range(50)}
    place.hold(packed(shards))

    assert len(run(job, place)) > 50


def test_a_complete_spool_is_not_fetched_again(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(ZIP)
    run(job, remote)
    fetched = len(storage.reads())

    progress = run(job, remote)

    assert len(storage.reads()) == fetched
    assert progress[-1].done == progress[-1].total == job.bytes_total


def test_a_part_that_was_half_written_wrong_is_written_right(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(ZIP)
    stop_after(job, place, 4)
    first = spool.part_path(spool.folder_of(place.spool, job.id), 0)
    first.write_bytes(b"?" * 2 * len(SHARDS["conversations-000.json"]))

    run(job, place)

    assert spooled(job, place) == list(SHARDS.values())


def test_the_place_of_ingest_survives_while_the_object_is_the_same(
    job: ImportJob, place: Place
) -> None:
    place.hold(ZIP)
    run(job, place)
    ImportJob.objects.filter(id=job.id).update(read_part=1, read_offset=77, messages=5)
    job.reload()
    spool.remove(place.spool, job.id)

    run(job, place)

    job.reload()
    assert (job.read_part, job.read_offset, job.messages) == (1, 77, 5)


def test_a_new_upload_starts_all_counting_anew(job: ImportJob, place: Place) -> None:
    place.hold(ZIP)
    run(job, place)
    ImportJob.objects.filter(id=job.id).update(
        read_part=1,
        read_offset=77,
        conversations_found=9,
        conversations_stored=5,
        conversations_unchanged=2,
        skipped=2,
        skipped_reasons={"odd": 2},
        oddities={"odd": 1},
        messages=5,
        chunks=5,
    )
    job.reload()
    earlier = job.source_etag

    place.hold(PLAIN)
    run(job, place)

    job.reload()
    assert spooled(job, place) == [PLAIN]
    assert job.source_etag != earlier
    assert (job.read_part, job.read_offset, job.messages, job.chunks) == (0, 0, 0, 0)
    assert (job.conversations_found, job.conversations, job.skipped) == (0, 0, 0)
    assert (job.skipped_reasons, job.oddities) == ({}, {})
    assert job.bytes_total == job.bytes_done == len(PLAIN)


def test_a_file_that_is_replaced_while_it_is_read_is_read_anew(
    job: ImportJob, remote: Place, storage: FakeStorage, often: None
) -> None:
    remote.hold(ZIP)
    stage = download.run(job, remote.ports)
    next(stage)
    remote.hold(packed({"conversations.json": PLAIN}))
    with pytest.raises(SourceChanged):
        list(stage)

    run(job, remote)

    assert spooled(job, remote) == [PLAIN]
