"""The first stage: what is in the spool is what was uploaded, or nothing is."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from django.test import override_settings

from imports.errors import (
    Failure,
    ObjectMissing,
)
from imports.formats.failures import (
    EmptyFile,
    IncompleteFile,
    NotAnExport,
    TooLarge,
    ZipFailure,
)
from imports.models import ImportJob
from imports.pipeline import spool
from imports.ports import Progress
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
)

pytestmark = pytest.mark.django_db


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


def test_files_that_cannot_be_looked_into_are_counted(job: ImportJob, place: Place) -> None:
    chat = json.dumps([{"id": "1", "mapping": {}}]).encode()
    content = bytearray(packed({"My talk.json": chat, "hive": b"PNG"}))
    content[content.rindex(b"hive") - 46 + 8] |= 1  # encrypted
    place.hold(bytes(content))

    run(job, place)

    job.reload()
    assert job.oddities == {"unreadable_file": 1}


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
