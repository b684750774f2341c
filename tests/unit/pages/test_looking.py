"""What the page's script sees in a file before anything is sent; Node runs it here."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imports.formats.members import _known

SCRIPTS = Path(__file__).parents[3] / "templates/static/pages"
LOOK = Path(__file__).with_name("look.mjs")
NOISE = random.Random(1).randbytes(1_500_000)

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="no Node on this machine"
)

Look = Callable[[Path], Any]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Look at a file with the scripts of the page."""
    house = tmp_path_factory.mktemp("scripts")
    for script in SCRIPTS.glob("*.js"):
        shutil.copy(script, house)
    shutil.copy(LOOK, house)
    # Node takes a .js for a module only where it is told so.
    (house / "package.json").write_text('{"type": "module"}')

    def run(file: Path) -> Any:
        ran = subprocess.run(
            ["node", str(house / LOOK.name), str(file)],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return json.loads(ran.stdout)

    return run


def _conversations(count: int) -> bytes:
    # The text speaks of mappings, too: only the key may be counted.
    one = {"title": 'he said "mapping": x', "mapping": {"a": {"message": None}}}
    return json.dumps([one] * count).encode()


def _members(count: int = 7) -> dict[str, bytes]:
    return {
        "conversations.json": _conversations(count),
        "user.json": b"{}",
        "chat.html": b"<html>" + NOISE[:1000],
        "file-1.png": NOISE,
        "audio/voice.wav": NOISE[:300_000],
    }


def _zip(path: Path, members: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _streamed(path: Path, members: dict[str, bytes]) -> Path:
    """Write a ZIP as a server does that cannot go back: sizes follow the data."""

    class Unseekable(io.RawIOBase):
        def __init__(self, file: Any) -> None:
            self._file = file

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return int(self._file.write(data))

    with (
        path.open("wb") as file,
        zipfile.ZipFile(Unseekable(file), "w", zipfile.ZIP_DEFLATED) as archive,  # type: ignore[arg-type]
    ):
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _behind_4_gb(path: Path, members: dict[str, bytes]) -> Path:
    """Write a ZIP whose members begin behind 4 GB; the hole before them takes no room."""
    with path.open("wb") as file:
        os.truncate(file.fileno(), 4_400_000_000)
        file.seek(0)
        file.write(b"PK\x03\x04")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "write",
    [
        _zip,
        _streamed,
        _behind_4_gb,
        lambda path, members: _zip(path, members, compresslevel=0),
    ],
    ids=["plain", "streamed", "behind 4 GB", "stored"],
)
def test_the_texts_of_a_zip_make_a_zip_of_their_own(
    write: Callable[[Path, dict[str, bytes]], Path], look: Look, tmp_path: Path
) -> None:
    members = _members()
    export = write(tmp_path / "export.zip", members)

    seen = look(export)

    with zipfile.ZipFile(f"{export}.needed") as needed:
        assert needed.testzip() is None
        sent = {name: needed.read(name) for name in needed.namelist()}
    assert sent == {name: members[name] for name in ("conversations.json", "user.json")}
    assert (seen["conversations"], seen["left"]) == (7, 3)
    assert "It holds 7 conversations, in one file" in seen["words"]


def test_shards_are_counted_together_and_shadows_are_not(
    look: Look, tmp_path: Path
) -> None:
    shards = {f"deep/conversations-{n:03}.json": _conversations(5) for n in range(3)}
    shadow = {"__MACOSX/deep/._conversations-000.json": b"\x00\x05"}

    seen = look(_zip(tmp_path / "export.zip", shards | shadow))

    assert seen["conversations"] == 15
    assert "in 3 files" in seen["words"]


@pytest.mark.parametrize(
    "name",
    [
        "conversations-012.json",
        "Deep/CONVERSATIONS.JSON",
        "ttl/30d/prod-grok-backend.json",
        "memories.json",
        "chat-0a1b2c3d-ffff.json",
        "chat-export-1700000000000.json",
        "Takeout/My Activity/Gemini Apps/MyActivity.json",
    ],
)
def test_what_the_server_takes_for_an_export_so_does_the_page(
    name: str, look: Look, tmp_path: Path
) -> None:
    assert _known([zipfile.ZipInfo(name)])

    assert look(_zip(tmp_path / "x.zip", {name: b"[]"}))["words"].startswith("It holds")


REFUSED: dict[str, tuple[dict[str, bytes], str]] = {
    "pictures": ({"a.jpg": b"x", "b.jpg": b"y"}, "None of the 2 files in this ZIP"),
    "one file": ({"a.jpg": b"x"}, "The one file in this ZIP does not hold"),
    "nothing": ({}, "This ZIP is empty"),
    "a zip in a zip": ({"export.zip": b"PK"}, "holds another ZIP, export.zip"),
    "html alone": ({"chat.html": b"<html>"}, "a chat.html but no conversations.json"),
    "side files": ({"user.json": b"{}"}, "The one file in this ZIP"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_zip_without_conversations_says_what_it_is(
    name: str, look: Look, tmp_path: Path
) -> None:
    members, words = REFUSED[name]

    seen = look(_zip(tmp_path / "x.zip", members))

    assert words in seen["refusal"]


def test_a_download_that_broke_off_is_told_from_an_export(
    look: Look, tmp_path: Path
) -> None:
    export = _zip(tmp_path / "export.zip", _members())
    os.truncate(export, export.stat().st_size - 100)

    assert "not whole" in look(export)["refusal"]


def test_a_damaged_member_is_left_to_the_import(look: Look, tmp_path: Path) -> None:
    export = _zip(tmp_path / "export.zip", {"conversations.json": _conversations(500)})
    content = bytearray(export.read_bytes())
    content[60:90] = bytes(30)
    export.write_bytes(content)

    seen = look(export)

    assert seen["words"].startswith("It holds an export: one file of")
    assert seen["conversations"] is None


def test_the_export_of_an_empty_account_is_told_from_one_that_cannot_be_counted(
    look: Look, tmp_path: Path
) -> None:
    members = {"conversations.json": b"[]\n", "user.json": b"{}"}

    seen = look(_zip(tmp_path / "export.zip", members))

    assert seen["words"] == "It holds no conversations."
    assert (seen["conversations"], seen["isDoubtful"]) == (0, True)


def test_a_locked_zip_is_refused(look: Look, tmp_path: Path) -> None:
    export = _zip(tmp_path / "export.zip", {"conversations.json": b"[]"})
    content = bytearray(export.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    export.write_bytes(content)

    assert "locked with a password" in look(export)["refusal"]


@pytest.mark.parametrize(
    ("content", "conversations", "is_doubtful"),
    [
        (_conversations(4), 4, False),
        (b'[{"mapping":{}}]', 1, False),
        (b"[" + b'{"mapping":{}},' * 200_000 + b'{"mapping":{}}]', 200_001, False),
        (b'\xef\xbb\xbf [{"chat_messages": []}, {"chat_messages": []}]', 2, False),
        (b'[{"messages": [{"role": "user"}]}]', None, False),
        (b'{"shopping": ["milk"]}', None, True),
    ],
)
def test_a_json_file_is_counted_or_doubted(
    content: bytes, conversations: int | None, is_doubtful: bool, look: Look, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_bytes(content)

    seen = look(tmp_path / "x.json")

    assert (seen["conversations"], seen["isDoubtful"]) == (conversations, is_doubtful)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "This file is empty"), (b"\x89PNG....", "neither a ZIP nor a JSON")],
)
def test_another_file_is_refused(
    content: bytes, words: str, look: Look, tmp_path: Path
) -> None:
    (tmp_path / "x.bin").write_bytes(content)

    assert words in look(tmp_path / "x.bin")["refusal"]
