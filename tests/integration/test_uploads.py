"""Files that come in pieces: one writer, nothing counted that is not durable, nothing left behind."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from imports import erase, sweep, uploads, wiring
from imports.errors import DiskFull
from imports.models import Upload
from imports.uploads import (
    Piece,
    TooManyUploads,
    UploadBusy,
    UploadGone,
    WrongOffset,
)
from tests.factories import make_job

pytestmark = pytest.mark.django_db

PERSON = uuid.UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.OBJECTS_DIR = tmp_path / "objects"
    wiring.ports.cache_clear()
    yield settings.OBJECTS_DIR
    wiring.ports.cache_clear()


def _begin(size: int = 10, user_id: uuid.UUID = PERSON) -> Upload:
    return uploads.begin(
        user_id=user_id, filename="export.zip", size=size, requested_by="test"
    )


def _piece(start: int, *blocks: bytes, length: int | None = None) -> Piece:
    announced = sum(map(len, blocks)) if length is None else length
    return Piece(start=start, length=announced, blocks=blocks)


def _files(store: Path) -> list[Path]:
    return [file for file in store.rglob("*") if file.is_file()]


def _with(do: Callable[[], object]) -> Piece:
    """Make a piece in the middle of which something happens."""

    def blocks() -> Iterator[bytes]:
        yield b"01234"
        do()
        yield b"56789"

    return Piece(start=0, length=10, blocks=blocks())


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..%2F..%2Fx", "C:\\x\\y.zip", "", "x" * 500, "Ü ?.zip"]
)
def test_the_name_of_a_file_leads_nowhere_else(name: str, store: Path) -> None:
    upload = uploads.begin(user_id=PERSON, filename=name, size=4, requested_by="test")

    upload = uploads.write(upload, _piece(0, b"0123"))

    (written,) = _files(store)
    assert written == store / upload.storage_path
    assert written.parent == store / settings.IMPORT_BUCKETS[0] / str(PERSON)


def test_a_long_name_keeps_its_beginning_and_its_end(store: Path) -> None:
    name = f"All that I ever said, {'and more ' * 20}.zip"

    upload = uploads.begin(user_id=PERSON, filename=name, size=4, requested_by="test")

    stored = Path(upload.storage_path).name[13:]
    assert stored.startswith("All-that-I-ever-said-and-more")
    assert stored.endswith("and-more-.zip")
    assert len(stored) == 100


def test_the_same_name_twice_is_two_objects(store: Path) -> None:
    first, second = (
        uploads.write(_begin(4), _piece(0, text)) for text in (b"aaaa", b"bbbb")
    )

    assert (store / first.storage_path).read_bytes() == b"aaaa"
    assert (store / second.storage_path).read_bytes() == b"bbbb"


def test_what_came_before_the_connection_broke_counts(store: Path) -> None:
    upload = _begin(10)

    upload = uploads.write(upload, _piece(0, b"0123", length=10))
    upload = uploads.write(upload, _piece(4, b"456789"))

    assert upload.finished_at
    assert (store / upload.storage_path).read_bytes() == b"0123456789"


def test_bytes_behind_the_count_are_dropped(store: Path) -> None:
    """A host that died after writing, before counting."""
    upload = uploads.write(_begin(10), _piece(0, b"0123"))
    draft = store / ".drafts" / upload.id.hex
    draft.write_bytes(b"0123 garbage that was never counted")

    upload = uploads.write(upload, _piece(4, b"456789"))

    assert (store / upload.storage_path).read_bytes() == b"0123456789"


def test_a_second_writer_is_refused_while_the_first_one_writes() -> None:
    upload = _begin()
    refused: list[type[Exception]] = []

    def meddle() -> None:
        with pytest.raises(UploadBusy) as info:
            uploads.write(upload, _piece(0, b"xxxxxxxxxx"))
        refused.append(info.type)

    after = uploads.write(upload, _with(meddle))

    assert (refused, after.bytes_done) == ([UploadBusy], 10)


def test_a_writer_that_lost_its_connection_is_followed_by_another(store: Path) -> None:
    upload = _begin()

    def fall_silent_and_be_followed() -> None:
        long_ago = datetime.now(UTC) - timedelta(seconds=1)
        Upload.objects.update(writer_until=long_ago)
        uploads.write(upload, _piece(0, b"ABCDEFGHIJ"))

    with pytest.raises((WrongOffset, UploadGone)):
        uploads.write(upload, _with(fall_silent_and_be_followed))

    upload.refresh_from_db()
    assert upload.finished_at
    assert upload.bytes_done == 10


def test_who_was_followed_by_another_does_not_publish_what_that_one_still_writes(
    store: Path,
) -> None:
    upload = _begin()

    def blocks() -> Iterator[bytes]:
        yield b"0123456789"
        later = datetime.now(UTC) + timedelta(minutes=1)
        Upload.objects.update(writer=uuid.uuid4(), writer_until=later)

    with pytest.raises(UploadBusy):
        uploads.write(upload, Piece(start=0, length=10, blocks=blocks()))

    assert not (store / upload.storage_path).exists()
    assert [file.name for file in _files(store)] == [upload.id.hex]


def test_an_upload_that_is_given_up_under_a_writer_leaves_nothing(store: Path) -> None:
    upload = _begin()

    with pytest.raises(UploadGone):
        uploads.write(upload, _with(lambda: uploads.discard(upload)))

    assert _files(store) == []


def test_a_full_disk_costs_the_piece_and_nothing_else(store: Path) -> None:
    upload = uploads.write(_begin(10), _piece(0, b"0123"))

    def full() -> Iterator[bytes]:
        yield b"45"
        raise DiskFull

    with pytest.raises(DiskFull):
        uploads.write(upload, Piece(start=4, length=6, blocks=full()))

    upload.refresh_from_db()
    assert (upload.bytes_done, upload.writer) == (4, None)
    assert uploads.write(upload, _piece(4, b"456789")).finished_at


def test_nothing_begins_that_the_disk_cannot_hold(settings: Any) -> None:
    settings.MAX_EXPORT_BYTES = settings.UPLOAD_QUOTA_BYTES = 10**18

    with pytest.raises(DiskFull):
        _begin(10**18)

    assert not Upload.objects.exists()


def test_a_person_has_a_quota_and_others_have_their_own(settings: Any) -> None:
    settings.UPLOAD_QUOTA_BYTES = 100
    _begin(60)

    with pytest.raises(TooManyUploads):
        _begin(41)

    assert _begin(40).bytes_total == 40
    assert _begin(100, user_id=uuid.uuid4()).bytes_total == 100


def test_what_was_imported_counts_no_more(settings: Any) -> None:
    settings.UPLOAD_QUOTA_BYTES = 10
    whole = uploads.write(_begin(10), _piece(0, b"0123456789"))

    make_job(user_id=PERSON, storage_path=whole.storage_path)

    assert _begin(10)


def test_the_sweep_removes_what_nobody_goes_on_with(store: Path) -> None:
    waiting = uploads.write(_begin(10), _piece(0, b"0123"))
    imported = uploads.write(_begin(4), _piece(0, b"0123"))
    forgotten = uploads.write(_begin(4), _piece(0, b"0123"))
    fresh = uploads.write(_begin(10), _piece(0, b"01234567"))
    make_job(user_id=PERSON, storage_path=imported.storage_path)
    Upload.objects.exclude(id=fresh.id).update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))

    with pytest.raises(UploadGone):
        uploads.find(waiting.id, user_id=PERSON)
    sweep.tidy()

    assert list(Upload.objects.all()) == [fresh]
    assert not (store / forgotten.storage_path).exists()
    assert sorted(file.name for file in _files(store)) == sorted(
        [fresh.id.hex, Path(imported.storage_path).name]
    )


def test_erasing_a_person_takes_their_uploads_along(store: Path) -> None:
    uploads.write(_begin(10), _piece(0, b"0123"))
    uploads.write(_begin(4), _piece(0, b"0123"))

    erase.request(PERSON, requested_by="test")
    erase.erase_due()

    assert not Upload.objects.exists()
    assert _files(store) == []
