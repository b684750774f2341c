"""What has travelled is kept: a file read twice is fetched once."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from imports.errors import IncompleteDownload
from imports.pipeline import spool
from imports.pipeline.download import hoard

MB = 1 << 20
CONTENT = random.Random(2).randbytes(3 * MB + 321)
BLOCK = 256 << 10


class Far(io.BytesIO):
    """A remote file that counts what is read of it."""

    travelled = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.travelled += len(piece)
        return piece

    def fileno(self) -> int:
        raise io.UnsupportedOperation


def reading(folder: Path, far: Far, size: int = len(CONTENT)) -> io.BufferedReader:
    return hoard.open_hoard(far, size=size, folder=folder)


def read_at(place: int, folder: Path, far: Far) -> bytes:
    with reading(folder, far) as file:
        file.seek(place)
        return file.read(50_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    spool.prepare(folder, etag="v1")
    return folder


def test_what_is_read_is_what_is_there(folder: Path) -> None:
    with reading(folder, Far(CONTENT)) as file:
        assert file.read() == CONTENT
        assert file.read(1) == b""


def test_only_the_blocks_that_are_asked_for_travel(folder: Path) -> None:
    far = Far(CONTENT)

    with reading(folder, far) as file:
        file.raw.seek(5 * BLOCK + 7)
        piece = file.raw.read(9)

    assert piece == CONTENT[5 * BLOCK + 7 :][:9]
    assert far.travelled == BLOCK


def test_nothing_travels_twice(folder: Path) -> None:
    with reading(folder, Far(CONTENT)) as file:
        file.read()
    far = Far(b"")

    with reading(folder, far) as file:
        again = file.read()

    assert again == CONTENT
    assert far.travelled == 0


@pytest.mark.parametrize("seed", range(5))
def test_over_many_attempts_every_block_travels_once(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    places = [chance.randrange(len(CONTENT)) for _ in range(30)]
    far = Far(CONTENT)

    pieces = [read_at(place, folder, far) for place in places]

    assert pieces == [CONTENT[place : place + 50_000] for place in places]
    assert far.travelled <= len(CONTENT)


def test_a_block_that_came_short_is_not_kept(folder: Path) -> None:
    with reading(folder, Far(CONTENT[:-5])) as file, pytest.raises(IncompleteDownload):
        file.read()

    with reading(folder, Far(CONTENT)) as file:
        assert file.read() == CONTENT


@pytest.mark.parametrize("whence", [io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
def test_it_can_be_entered_from_anywhere(folder: Path, whence: int) -> None:
    model = io.BytesIO(CONTENT)
    offset = {io.SEEK_SET: 400_000, io.SEEK_CUR: 300_000, io.SEEK_END: -200_000}[whence]
    model.seek(100_000)
    model.seek(offset, whence)

    with reading(folder, Far(CONTENT)) as file:
        file.seek(100_000)
        file.seek(offset, whence)
        piece = file.read(500)
        place = file.tell()

    assert piece == model.read(500)
    assert place == model.tell()


def test_a_damaged_download_is_forgotten_once(folder: Path) -> None:
    with reading(folder, Far(CONTENT)) as file:
        file.read(10)

    answers = [hoard.forget_once(folder)]
    with reading(folder, Far(CONTENT)) as file:
        file.read(10)
    answers.append(hoard.forget_once(folder))

    assert answers == [True, False]


@pytest.mark.parametrize("prepare", [lambda _: None, lambda f: spool.remove_folder(f)])
def test_what_never_travelled_is_not_forgotten(
    folder: Path, prepare: Callable[[Path], None]
) -> None:
    prepare(folder)

    assert not hoard.forget_once(folder)


def test_a_new_version_may_be_forgotten_again(folder: Path) -> None:
    reading(folder, Far(CONTENT)).close()
    hoard.forget_once(folder)

    spool.prepare(folder, etag="v2")
    reading(folder, Far(CONTENT)).close()

    assert hoard.forget_once(folder)


def test_the_room_is_given_back(folder: Path) -> None:
    reading(folder, Far(CONTENT)).close()

    hoard.drop(folder)

    assert [path.name for path in folder.iterdir()] == ["version"]


def test_a_file_with_a_descriptor_is_local(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")

    with (tmp_path / "x").open("rb") as file:
        assert hoard.is_local(file)
    assert not hoard.is_local(Far())
