"""The same arguments give the same bytes; a size is kept; memory does not grow."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from imports.synthetic import conversations, truth_path, write_export


@pytest.fixture
def measured() -> Iterator[None]:
    """Fill the pools first, so that only the stream is measured."""
    deque(conversations(seed=1, count=60), maxlen=0)
    tracemalloc.start()
    yield
    tracemalloc.stop()


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("zipped", [False, True])
def test_the_same_seed_gives_the_same_file(tmp_path: Path, zipped: bool) -> None:
    once, again = tmp_path / "once", tmp_path / "again"

    told = write_export(once, seed=5, conversations=40, zipped=zipped)
    retold = write_export(again, seed=5, conversations=40, zipped=zipped)

    assert once.read_bytes() == again.read_bytes()
    assert told == retold


def test_another_seed_is_another_person(tmp_path: Path) -> None:
    first = write_export(tmp_path / "first", seed=5, conversations=10)
    second = write_export(tmp_path / "second", seed=6, conversations=10)

    assert first.persona.words["name"] != second.persona.words["name"]


@pytest.mark.parametrize("size", [600_000, 1_000_000, 7_500_000, 40_000_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_json_has_the_size_asked_for(tmp_path: Path, size: int, seed: int) -> None:
    path = tmp_path / "export.json"

    truth = write_export(path, seed=seed, size_bytes=size)

    assert path.stat().st_size == truth.totals.bytes
    assert truth.totals.bytes == pytest.approx(size, rel=0.02)


def test_the_iterator_yields_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    write_export(path, seed=4, conversations=30)

    documents = [json.loads(each) for each in conversations(seed=4, count=30)]

    assert documents == json.loads(path.read_bytes())


def test_memory_does_not_grow_with_the_export(tmp_path: Path, measured: None) -> None:
    write_export(tmp_path / "export.json", seed=1, size_bytes=30_000_000)

    _, peak = tracemalloc.get_traced_memory()

    assert peak < 14_000_000


def test_a_zip_is_sound_and_holds_what_the_site_adds(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"

    truth = write_export(path, seed=2, conversations=20, zipped=True)

    members = content(path)
    assert len(members["conversations.json"]) == truth.totals.bytes
    assert {"user.json", "message_feedback.json", "chat.html"} < set(members)
    assert sum(name.endswith(".dat") for name in members) == 6


def test_shards_hold_a_hundred_conversations_and_the_manifest_lists_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "export.zip"

    truth = write_export(path, seed=2, conversations=230, zipped=True, shards=True)

    members = content(path)
    listed = json.loads(members["export_manifest.json"])["logical_files"]
    shards = listed["conversations.json"]["files"]
    assert [len(json.loads(members[name])) for name in shards] == [100, 100, 30]
    assert sum(len(members[name]) for name in shards) == truth.totals.bytes


def test_shards_without_a_zip_are_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "export"

    write_export(path, seed=2, conversations=20, shards=True)

    assert (path / "conversations-000.json").is_file()
    assert (path / "export_manifest.json").is_file()


def test_the_truth_lies_beside_the_export_and_nothing_else_does(tmp_path: Path) -> None:
    path = tmp_path / "export.json"

    truth = write_export(path, seed=2, conversations=10)

    assert sorted(tmp_path.iterdir()) == [path, truth_path(path)]
    assert truth_path(path).read_text(encoding="utf-8") == truth.to_json()


def test_a_refused_export_leaves_the_old_one_alone(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text("old")

    with pytest.raises(ValueError, match="planted conversations alone"):
        write_export(path, seed=2, size_bytes=50_000)

    assert path.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("count", "size"), [(None, None), (10, 1_000_000), (5, None), (-1, None)]
)
def test_an_amount_that_makes_no_sense_is_refused(
    tmp_path: Path, count: int | None, size: int | None
) -> None:
    with pytest.raises(ValueError, match=r"either|at least"):
        write_export(tmp_path / "x.json", seed=1, conversations=count, size_bytes=size)
