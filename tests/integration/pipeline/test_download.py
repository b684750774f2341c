"""The first stage: what is in the spool is what was uploaded, whatever happened on the way."""

from __future__ import annotations

import errno
import gzip
import io
import json
import random
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.test import override_settings

from imports.adapters.objects_local import LocalObjects
from imports.adapters.objects_supabase import SupabaseObjects
from imports.adapters.patience import Patience
from imports.errors import (
    DiskFull,
    Failure,
    IncompleteDownload,
    LostLease,
    ObjectMissing,
    SourceChanged,
)
from imports.formats.failures import (
    EmptyFile,
    IncompleteFile,
    NotAnExport,
    TooLarge,
    ZipFailure,
)
from imports.models import ImportJob, Status
from imports.pipeline import download, spool
from imports.ports import Progress
from tests.factories import make_job
from tests.fakes.storage import KEY, FakeStorage, Fault
from tests.ports import Ports

pytestmark = pytest.mark.django_db

MB = 1 << 20
USER = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")
PATH = f"imports/{USER}/export"
HASTE = Patience(
    first_wait_seconds=0.001, longest_wait_seconds=0.01, missing_wait_seconds=0.01
)


def shard(seed: int, *, megabytes: int = 3) -> bytes:
    """A JSON array that deflates to about half of its size."""
    chance = random.Random(seed)
    words = [chance.randbytes(1_500).hex() for _ in range(megabytes * MB // 3_000)]
    return json.dumps(words).encode()


SHARDS = {f"conversations-{number:03}.json": shard(number) for number in range(3)}


def packed(
    files: dict[str, bytes] = SHARDS, *, images: int = 12, how: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A ZIP as ChatGPT makes it: images before and after the conversations."""
    chance = random.Random(99)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for number in range(images // 2):
            archive.writestr(f"file-{number}.png", chance.randbytes(MB))
        for name, content in files.items():
            archive.writestr(name, content)
        for number in range(images // 2, images):
            archive.writestr(f"file-{number}.png", chance.randbytes(MB))
    return target.getvalue()


ZIP = packed()
PLAIN = shard(7, megabytes=10)


class Place:
    """Somewhere to upload to, whichever store stands behind it."""

    def __init__(self, objects: Any, hold: Callable[[bytes], object], spool: Path) -> None:
        self.ports = Ports(objects=objects, spool=spool)
        self.hold = hold
        self.spool = spool


@pytest.fixture
def storage() -> Iterator[FakeStorage]:
    with FakeStorage() as fake:
        yield fake


@pytest.fixture
def remote(storage: FakeStorage, tmp_path: Path) -> Iterator[Place]:
    objects = SupabaseObjects(
        storage.url, KEY, ["imports"], timeout=httpx.Timeout(2), patience=HASTE
    )
    yield Place(objects, lambda content: storage.hold(PATH, content), tmp_path / "spool")
    objects.close()


@pytest.fixture
def local(tmp_path: Path) -> Place:
    objects = LocalObjects(tmp_path / "objects", ["imports"])
    return Place(objects, lambda content: objects.put(PATH, [content]), tmp_path / "spool")


@pytest.fixture(params=["local", "remote"])
def place(request: pytest.FixtureRequest) -> Place:
    return request.getfixturevalue(request.param)


@pytest.fixture
def job() -> ImportJob:
    return make_job(status=Status.RUNNING, user_id=USER, storage_path=PATH)


def run(job: ImportJob, place: Place) -> list[Progress]:
    return list(download.run(job, place.ports))


def spooled(job: ImportJob, place: Place) -> list[bytes]:
    parts = spool.parts_of(place.spool, job.id)
    assert parts is not None
    return [path.read_bytes() for path in parts]


def stop_after(job: ImportJob, place: Place, yields: int) -> None:
    """Begin, and be ended by the runner at a yield, as by the end of a slice."""
    stage = download.run(job, place.ports)
    for _ in range(yields):
        next(stage, None)
    stage.close()


def stop_at_every_yield(job: ImportJob, place: Place, yields: int) -> None:
    for number in range(1, yields):
        stop_after(job, place, number)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yield after every block, so that there are many places to break."""
    monkeypatch.setattr("imports.pipeline.download.travel._DUE_BYTES", 1)


# --- what comes out ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_the_shards_of_a_zip_become_parts_in_order(
    job: ImportJob, place: Place, how: int
) -> None:
    place.hold(packed(how=how))

    run(job, place)

    assert spooled(job, place) == list(SHARDS.values())


def test_a_bare_json_file_becomes_the_one_part(job: ImportJob, place: Place) -> None:
    place.hold(PLAIN)

    run(job, place)

    assert spooled(job, place) == [PLAIN]


def test_a_gzip_file_is_unpacked(job: ImportJob, place: Place) -> None:
    place.hold(gzip.compress(PLAIN, 1))

    run(job, place)

    assert spooled(job, place) == [PLAIN]


def test_the_job_counts_what_had_to_travel(job: ImportJob, place: Place) -> None:
    place.hold(ZIP)

    progress = run(job, place)

    job.reload()
    with zipfile.ZipFile(io.BytesIO(ZIP)) as archive:
        stored = sum(archive.getinfo(name).compress_size for name in SHARDS)
    assert (job.bytes_done, job.bytes_total) == (stored, stored)
    assert progress[-1] == Progress(done=stored, total=stored, unit="bytes")


def test_progress_only_grows(job: ImportJob, place: Place, often: None) -> None:
    place.hold(ZIP)

    done = [each.done for each in run(job, place)]

    assert done == sorted(done)
    assert len(set(done)) > 3


def test_the_images_of_a_zip_do_not_travel(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(packed(images=60))

    run(job, remote)

    travelled = sum(stop - start for start, stop in storage.reads())
    assert travelled < job.bytes_total + 10 * MB
    assert travelled < 60 * MB / 3


def test_shards_that_the_manifest_lists_in_vain_are_counted(
    job: ImportJob, place: Place
) -> None:
    listed = [*SHARDS, "conversations-003.json", "conversations-004.json"]
    manifest = {"export_files": [{"path": name} for name in listed]}
    place.hold(packed({**SHARDS, "export_manifest.json": json.dumps(manifest).encode()}))

    run(job, place)

    job.reload()
    assert job.oddities == {"missing_shard": 2}


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "failure"),
    [
        (b"", EmptyFile),
        (b"<html>", Failure),
        (b"Dear Sir or Madam", NotAnExport),
        (ZIP[:-30_000], IncompleteFile),
        (packed({"readme.txt": b"x"}, images=2), NotAnExport),
    ],
    ids=["empty", "html", "letter", "truncated", "no conversations"],
)
def test_what_is_no_export_fails_and_is_not_complete(
    job: ImportJob, place: Place, content: bytes, failure: type[Failure]
) -> None:
    place.hold(content)

    with pytest.raises(failure):
        run(job, place)

    assert spool.parts_of(place.spool, job.id) is None


def test_an_export_beyond_the_limit_is_refused_before_it_travels(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(ZIP)

    with override_settings(MAX_EXPORT_BYTES=len(ZIP) - 1), pytest.raises(TooLarge):
        run(job, remote)

    assert storage.reads() == []


def test_an_export_that_unpacks_to_too_much_is_refused(
    job: ImportJob, place: Place
) -> None:
    place.hold(ZIP)

    with override_settings(MAX_UNPACKED_BYTES=5 * MB), pytest.raises(TooLarge):
        run(job, place)

    assert spool.parts_of(place.spool, job.id) is None


def test_a_missing_object_fails(job: ImportJob, place: Place) -> None:
    with pytest.raises(ObjectMissing):
        run(job, place)


def test_a_zip_that_was_damaged_before_the_upload_fails_for_good(
    job: ImportJob, place: Place
) -> None:
    broken = bytearray(ZIP)
    broken[ZIP.index(b"conversations-001.json") + 400_000] ^= 1
    place.hold(bytes(broken))

    with pytest.raises(ZipFailure):
        run(job, place)

    assert spool.parts_of(place.spool, job.id) is None


# --- what breaks on the way ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_connection_costs_nothing_but_time(
    job: ImportJob, remote: Place, storage: FakeStorage, seed: int
) -> None:
    chance = random.Random(seed)
    remote.hold(ZIP)
    faults = [
        Fault(chance.choice(["cut", "reset"]), at=chance.randrange(300_000)) for _ in "abcd"
    ]
    storage.fail(*faults)

    run(job, remote)

    assert spooled(job, remote) == list(SHARDS.values())


@pytest.mark.parametrize(
    "at",
    [
        0,
        ZIP.index(b"conversations-001.json") + 200_000,
        ZIP.rindex(b"conversations-001.json") - 20,
        ZIP.rindex(b"PK\x05\x06"),
    ],
    ids=["head", "member", "directory", "end"],
)
def test_a_bit_that_flips_on_the_way_costs_one_fresh_download(
    job: ImportJob, remote: Place, storage: FakeStorage, at: int
) -> None:
    remote.hold(ZIP)
    storage.fail(Fault("flip", at=at))

    run(job, remote)

    assert spooled(job, remote) == list(SHARDS.values())


def test_a_bit_that_flips_every_time_fails_for_good(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(ZIP)
    at = ZIP.index(b"conversations-001.json") + 200_000
    storage.fail(Fault("flip", at=at), Fault("flip", at=at))

    with pytest.raises(ZipFailure):
        run(job, remote)


def test_a_server_that_ignores_range_is_no_obstacle(
    job: ImportJob, remote: Place, storage: FakeStorage
) -> None:
    remote.hold(ZIP)
    storage.fail(Fault("whole", times=99))

    run(job, remote)

    assert spooled(job, remote) == list(SHARDS.values())


@pytest.mark.parametrize("kind", ["short", "gzip", "unannounced"])
def test_a_download_that_is_always_short_is_never_complete(
    job: ImportJob, remote: Place, storage: FakeStorage, kind: Any
) -> None:
    remote.hold(ZIP)
    storage.fail(Fault(kind, at=1, times=99))

    with pytest.raises(IncompleteDownload):
        run(job, remote)

    assert spool.parts_of(remote.spool, job.id) is None


# --- what is picked up again -------------------------------------------------------------------------


CONTENTS = {"zip": ZIP, "json": PLAIN, "gzip": gzip.compress(PLAIN, 1)}
PARTS = {"zip": list(SHARDS.values()), "json": [PLAIN], "gzip": [PLAIN]}


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


class Killed(BaseException):
    """What nobody catches: the process is gone."""


@pytest.mark.parametrize("writes", [0, 1, 2, 3, 5, 8, 13, 21, 28])
@pytest.mark.parametrize("kind", CONTENTS)
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


# --- who may write, and where ------------------------------------------------------------------------


def test_a_late_worker_touches_no_part(job: ImportJob, place: Place) -> None:
    place.hold(ZIP)
    ImportJob.objects.filter(id=job.id).update(attempt=job.attempt + 1)

    with pytest.raises(LostLease):
        run(job, place)

    assert not spool.folder_of(place.spool, job.id).exists()


def test_a_worker_that_loses_its_lease_stops_before_the_next_part(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(ZIP)
    stage = download.run(job, place.ports)
    next(stage)
    ImportJob.objects.filter(id=job.id).update(attempt=job.attempt + 1)

    with pytest.raises(LostLease):
        list(stage)

    assert spool.parts_of(place.spool, job.id) is None


def test_a_disk_that_fills_up_is_given_back(
    job: ImportJob, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    place.hold(ZIP)
    monkeypatch.setattr(spool, "write_whole", full)

    with pytest.raises(DiskFull) as failure:
        run(job, place)

    assert failure.value.code == "disk_full"
    assert not spool.folder_of(place.spool, job.id).exists()


def test_a_disk_without_room_is_not_filled_up(
    job: ImportJob, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.hold(ZIP)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * MB))

    with pytest.raises(DiskFull):
        run(job, place)

    assert not spool.folder_of(place.spool, job.id).exists()


def test_what_is_said_is_stored_on_the_job(
    job: ImportJob, place: Place, often: None
) -> None:
    place.hold(ZIP)

    said_and_stored = [
        (progress.done, ImportJob.objects.get(id=job.id).bytes_done)
        for progress in download.run(job, place.ports)
    ]

    assert len(said_and_stored) > 3
    assert [said for said, _ in said_and_stored] == [
        stored for _, stored in said_and_stored
    ]
