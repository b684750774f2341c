"""The folder of objects: whole or not at all, and never outside of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from imports.adapters.objects_local import LocalObjects
from imports.errors import ObjectMissing, StorageRejected
from tests.integration.adapters.objects.conftest import PATH, USER


def files_below(folder: Path) -> list[str]:
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )


def test_an_upload_that_breaks_off_leaves_nothing(
    local: LocalObjects, tmp_path: Path
) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        local.put(PATH, blocks())

    assert files_below(tmp_path) == []


def test_an_upload_that_breaks_off_leaves_the_earlier_object(
    local: LocalObjects, tmp_path: Path
) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionError

    local.put(PATH, [b"earlier"])
    with pytest.raises(ConnectionError):
        local.put(PATH, blocks())

    with local.open(PATH) as source:
        assert source.file.read() == b"earlier"
    assert files_below(tmp_path) == [f"objects/{PATH}"]


def test_an_upload_whose_process_was_killed_leaves_a_draft_that_nobody_else_can_read(
    local: LocalObjects, tmp_path: Path
) -> None:
    def blocks() -> Iterator[bytes]:
        yield b"first"
        (file,) = (each for each in tmp_path.rglob("*") if each.is_file())
        drafts = list(local.drafts(older_than_seconds=-60))
        found.append(([file.name], drafts, file.stat().st_mode & 0o777))

    found: list[tuple[list[str], list[str], int]] = []
    local.put(PATH, blocks())

    ((names, drafts, mode),) = found
    assert drafts == names
    assert mode == 0o600


def test_whoever_reads_reads_on_in_the_version_that_was_opened(local: LocalObjects) -> None:
    local.put(PATH, [b"earlier", b" words"])

    with local.open(PATH) as source:
        head = source.file.read(7)
        local.put(PATH, [b"later sentences"])
        rest = source.file.read()

    assert head + rest == b"earlier words"


@pytest.mark.parametrize("link", ["imports", f"imports/{USER}", PATH])
def test_a_link_is_never_followed(local: LocalObjects, tmp_path: Path, link: str) -> None:
    # Behind the link stands another store in which the same object could be.
    elsewhere = tmp_path / "elsewhere"
    LocalObjects(elsewhere, ["imports"]).put(PATH, [b"secret"])
    place = tmp_path / "objects" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere / link)

    with pytest.raises(StorageRejected), local.open(PATH):
        pass
    with pytest.raises(StorageRejected):
        local.put(PATH, [b"x"])
    with pytest.raises(StorageRejected):
        local.delete(PATH)
    with suppress(StorageRejected):  # the last link lies in the user's own folder
        local.forget(USER)
    assert (elsewhere / PATH).read_bytes() == b"secret"
    assert files_below(elsewhere) == [PATH]


def test_a_folder_is_no_object(local: LocalObjects) -> None:
    local.put(f"{PATH}/inner", [b"x"])

    with pytest.raises(ObjectMissing), local.open(PATH):
        pass
    with pytest.raises(StorageRejected):
        local.put(PATH, [b"x"])


def test_an_object_is_no_folder(local: LocalObjects) -> None:
    local.put(PATH, [b"x"])

    with pytest.raises(ObjectMissing), local.open(f"{PATH}/inner"):
        pass
    with pytest.raises(StorageRejected):
        local.put(f"{PATH}/inner", [b"x"])


def test_with_the_last_object_of_a_person_their_folder_goes(
    local: LocalObjects, tmp_path: Path
) -> None:
    local.put(PATH, [b"x"])
    local.put(f"imports/{USER}/2026/03/other.zip", [b"x"])

    local.delete(PATH)
    local.delete(f"imports/{USER}/2026/03/other.zip")

    assert list((tmp_path / "objects" / "imports").iterdir()) == []
