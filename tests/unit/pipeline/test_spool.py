"""The spool: complete or not there, and nothing stays behind."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

import pytest

from imports.pipeline import spool

JOB = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = spool.folder_of(tmp_path, JOB)
    spool.prepare(folder, etag="v1")
    spool.part_path(folder, 0).write_bytes(b"[1]")
    spool.part_path(folder, 1).write_bytes(b"[2, 3]")
    return folder


def seal(folder: Path) -> None:
    spool.seal(folder, etag="v1", parts=2, missing=["conversations-002.json"])


def age(folder: Path) -> None:
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))


def test_a_spool_is_complete_once_it_is_sealed(tmp_path: Path, folder: Path) -> None:
    before = spool.parts_of(tmp_path, JOB)

    seal(folder)

    assert before is None
    assert spool.parts_of(tmp_path, JOB) == (folder / "000.json", folder / "001.json")


def test_the_manifest_tells_what_is_there_and_what_is_missing(folder: Path) -> None:
    seal(folder)

    assert spool.read_manifest(folder) == spool.Manifest(
        etag="v1", sizes=(3, 6), missing=("conversations-002.json",)
    )


@pytest.mark.parametrize("content", [b"", b"[", b"[2, 3]]"])
def test_a_spool_with_a_part_of_another_size_is_not_complete(
    tmp_path: Path, folder: Path, content: bytes
) -> None:
    seal(folder)

    (folder / "001.json").write_bytes(content)

    assert spool.parts_of(tmp_path, JOB) is None


def test_a_spool_without_one_of_its_parts_is_not_complete(
    tmp_path: Path, folder: Path
) -> None:
    seal(folder)

    (folder / "000.json").unlink()

    assert spool.parts_of(tmp_path, JOB) is None


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff"])
def test_a_broken_manifest_is_none(tmp_path: Path, folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)

    assert spool.parts_of(tmp_path, JOB) is None


def test_a_job_without_a_spool_has_no_parts(tmp_path: Path) -> None:
    assert spool.parts_of(tmp_path / "nowhere", JOB) is None


def test_preparing_for_the_same_version_keeps_everything(
    tmp_path: Path, folder: Path
) -> None:
    seal(folder)

    spool.prepare(folder, etag="v1")

    assert spool.parts_of(tmp_path, JOB)


def test_preparing_for_another_version_empties_the_folder(folder: Path) -> None:
    seal(folder)

    spool.prepare(folder, etag="v2")

    assert sorted(path.name for path in folder.iterdir()) == ["version"]
    assert spool.version_of(folder) == "v2"


def test_a_removed_spool_leaves_nothing_and_can_be_removed_again(
    tmp_path: Path, folder: Path
) -> None:
    spool.remove(tmp_path, JOB)
    spool.remove(tmp_path, JOB)

    assert list(tmp_path.iterdir()) == []


def test_an_orphan_is_a_folder_of_a_job_that_is_not_kept(
    tmp_path: Path, folder: Path
) -> None:
    age(folder)

    assert list(spool.orphans(tmp_path, keep={JOB})) == []
    assert list(spool.orphans(tmp_path, keep={uuid.uuid4()})) == [folder]


def test_a_folder_that_was_just_made_is_no_orphan_yet(tmp_path: Path, folder: Path) -> None:
    assert list(spool.orphans(tmp_path, keep=set())) == []


def test_what_is_not_of_a_job_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "lost+found"
    other.mkdir()
    age(other)

    assert list(spool.orphans(tmp_path, keep=set())) == []


def test_without_a_spool_there_are_no_orphans(tmp_path: Path) -> None:
    assert list(spool.orphans(tmp_path / "nowhere", keep=set())) == []
