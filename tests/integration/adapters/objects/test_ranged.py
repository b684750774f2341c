"""The file that is far away: what it reads is right, and little travels for it."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest

from imports.adapters.objects_supabase import SupabaseObjects
from imports.adapters.ranged import open_ranged
from tests.fakes.storage import FakeStorage
from tests.fakes.storage_faults import Fault
from tests.integration.adapters.objects.conftest import PATH

MB = 1 << 20
CONTENT = random.Random(3).randbytes(40 * MB + 12_345)


@pytest.fixture
def file(storage: FakeStorage, supabase: SupabaseObjects) -> Iterator[BinaryIO]:
    storage.hold(PATH, CONTENT)
    with supabase.open(PATH) as source:
        yield source.file


def test_opening_fetches_nothing(storage: FakeStorage, file: BinaryIO) -> None:
    assert storage.reads() == []


def test_reading_on_fetches_ever_larger_windows(
    storage: FakeStorage, file: BinaryIO
) -> None:
    content = b"".join(iter(lambda: file.read(100_000), b""))

    assert content == CONTENT
    sizes = [stop - start for start, stop in storage.reads()]
    assert sizes[:5] == [64 << 10, MB, 2 * MB, 4 * MB, 8 * MB]
    assert sizes[5] == 8 * MB
    assert sum(sizes) == len(CONTENT)


def test_a_jump_fetches_little(storage: FakeStorage, file: BinaryIO) -> None:
    file.seek(20 * MB + 5)
    piece = file.read(10)

    assert piece == CONTENT[20 * MB + 5 :][:10]
    assert storage.reads() == [(20 * MB, 20 * MB + 5 + (64 << 10))]


def test_the_tail_is_one_request_up_to_the_end(
    storage: FakeStorage, file: BinaryIO
) -> None:
    file.seek(-22, io.SEEK_END)
    file.read(22)
    file.seek(-65_557, io.SEEK_END)
    tail = file.read()

    assert tail == CONTENT[-65_557:]
    assert [stop for _, stop in storage.reads()] == [len(CONTENT)] * len(storage.reads())
    assert len(storage.reads()) <= 2


def test_a_large_read_is_one_request(storage: FakeStorage, file: BinaryIO) -> None:
    file.seek(5 * MB)
    piece = file.read(3 * MB)

    assert piece == CONTENT[5 * MB : 8 * MB]
    assert len(storage.reads()) <= 2


def test_reading_the_same_place_again_fetches_nothing(
    storage: FakeStorage, file: BinaryIO
) -> None:
    file.seek(10 * MB)
    file.read(1_000)
    file.seek(30 * MB)
    file.read(1_000)
    fetched = len(storage.reads())

    file.seek(10 * MB)
    again = file.read(1_000)

    assert again == CONTENT[10 * MB :][:1_000]
    assert len(storage.reads()) == fetched


def test_the_end_is_never_asked_for(storage: FakeStorage, file: BinaryIO) -> None:
    file.seek(0, io.SEEK_END)
    at_the_end = file.read(1)
    file.seek(len(CONTENT) + 5)
    beyond = file.read(1)

    assert (at_the_end, beyond) == (b"", b"")
    assert storage.reads() == []


def test_a_place_before_the_start_is_refused(file: BinaryIO) -> None:
    with pytest.raises(ValueError, match="before the start"):
        file.seek(-1, io.SEEK_SET)


def test_of_a_zip_only_the_directory_and_the_wanted_member_travel(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    conversations = CONTENT[: 2 * MB]
    storage.hold(PATH, zip_among_images(conversations))

    with supabase.open(PATH) as source, zipfile.ZipFile(source.file) as archive:
        read = archive.read("conversations.json")

    assert read == conversations
    assert sum(stop - start for start, stop in storage.reads()) < 5 * MB


def zip_among_images(conversations: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("images-before", CONTENT[: 30 * MB])
        archive.writestr("conversations.json", conversations)
        archive.writestr("images-after", CONTENT[: 30 * MB])
    return packed.getvalue()


class Memory:
    """Stretches of a content that was there before, so that only copies count."""

    size = len(CONTENT)

    def fetch(self, start: int, stop: int) -> bytes:
        return CONTENT[start:stop]

    def fetch_whole(self) -> BinaryIO:
        return io.BytesIO(CONTENT)


def test_memory_does_not_grow_with_the_object() -> None:
    tracemalloc.start()
    with open_ranged(Memory()) as file:
        deque(iter(lambda: file.read(MB), b""), maxlen=0)
        _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 20 * MB


def test_a_closed_file_reads_nothing(storage: FakeStorage, file: BinaryIO) -> None:
    file.read(10)

    file.close()

    with pytest.raises(ValueError, match="closed"):
        file.read(1)
    assert len(storage.reads()) == 1


@pytest.mark.parametrize("size", [1, 10, 65_536, 9 * MB])
def test_a_server_that_ignores_range_is_streamed_whole_once(
    storage: FakeStorage, supabase: SupabaseObjects, size: int
) -> None:
    content = CONTENT[:size]
    storage.hold(PATH, content)
    storage.fail(Fault("whole", times=50))

    with supabase.open(PATH) as source:
        source.file.seek(size // 2)
        middle = source.file.read(5)
        source.file.seek(0)
        everything = source.file.read()

    assert middle == content[size // 2 :][:5]
    assert everything == content
    assert len(storage.reads()) == 2


@contextmanager
def opened(client: SupabaseObjects) -> Iterator[BinaryIO]:
    with client.open(PATH) as source:
        yield source.file


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_reads_gives_the_bytes_of_the_object(
    storage: FakeStorage, connect: Callable[..., SupabaseObjects], seed: int
) -> None:
    chance = random.Random(seed)
    storage.hold(PATH, CONTENT)
    model = io.BytesIO(CONTENT)
    steps = [
        (chance.randrange(len(CONTENT)), chance.choice([1, 30, 4_000, 70_000, MB]))
        for _ in range(30)
    ]

    with opened(connect(storage)) as file:
        read = [(file.seek(place), file.read(size)) for place, size in steps]

    assert read == [(model.seek(place), model.read(size)) for place, size in steps]
