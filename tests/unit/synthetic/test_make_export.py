"""The terminal door: it parses, refuses in a sentence, and says what it wrote."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from imports.management.commands.make_export import Command


def make_export(*arguments: str) -> str:
    out = StringIO()
    call_command(Command(stdout=out, no_color=True), *arguments)
    return out.getvalue()


def test_it_says_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"

    said = make_export(str(path), "--conversations", "12")

    assert path.read_bytes().startswith(b"PK")
    assert "12 conversations" in said
    assert f"{path}.truth.json" in said


@pytest.mark.parametrize("size", ["1MB", "1.0 mb", "1000kB", "1000000"])
def test_sizes_are_read_as_people_write_them(tmp_path: Path, size: str) -> None:
    path = tmp_path / "export.json"

    make_export(str(path), "--size", size)

    assert path.stat().st_size == pytest.approx(1_000_000, rel=0.02)


def test_an_existing_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text("mine")

    with pytest.raises(CommandError, match="--force replaces it"):
        make_export(str(path), "--conversations", "12")
    assert path.read_text() == "mine"

    make_export(str(path), "--conversations", "12", "--force")
    assert path.read_text().startswith("[{")


def test_a_folder_that_is_no_export_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no export"):
        make_export(str(tmp_path), "--conversations", "12", "--shards", "--force")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--size", "many"],
        ["--size", "1MB", "--conversations", "12"],
        ["--conversations", "3"],
        ["--size", "2kB"],
    ],
)
def test_bad_arguments_are_refused(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "export.json"

    with pytest.raises(CommandError):
        make_export(str(path), *arguments)

    assert not path.exists()
