from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from imports.formats import Container, Limits, failures, open_container
from imports.formats.members import choose
from tests.unit.formats.chats import LIMITS, three_chats, zipped

CHATS = three_chats()
JSON = json.dumps(CHATS).encode()
ZEROS = b"[" + b" " * (12 << 20) + b"]"


def opened(file: io.BytesIO, *, limits: Limits = LIMITS) -> Container:
    return open_container(file, size=len(file.getvalue()), limits=limits)


def unpacked(container: Container) -> list[bytes]:
    return [b"".join(container.read(part)) for part in container.parts]


def patched(file: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    content = file.getvalue()
    assert old in content
    return io.BytesIO(content.replace(old, new))


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (zipped({"conversations.json": CHATS}), "zip"),
        (zipped({"conversations.json": CHATS}, method=zipfile.ZIP_STORED), "zip"),
        (io.BytesIO(gzip.compress(JSON)), "gzip"),
        (io.BytesIO(gzip.compress(JSON[:100]) + gzip.compress(JSON[100:])), "gzip"),
        (io.BytesIO(JSON), "json"),
    ],
)
def test_a_container_is_known_by_its_content(file: io.BytesIO, kind: str) -> None:
    container = opened(file)

    assert container.kind == kind
    assert unpacked(container) == [JSON]


def test_shards_are_read_in_the_order_of_their_numbers() -> None:
    names = [
        "conversations-10.json",
        "conversations-10 (1).json",
        "conversations-2.json",
        "Conversations-001.JSON",
    ]
    container = opened(zipped({f"export/{name}": CHATS for name in names}))

    assert [part.name for part in container.parts] == names[::-1]


def test_the_files_of_macos_and_the_side_files_are_passed_over() -> None:
    files: dict[str, Any] = {
        "top/conversations.json": CHATS,
        "__MACOSX/top/._conversations.json": b"\x00\x05",
        "top/._conversations.json": b"\x00\x05",
        "top/user.json": {},
        "top/shared_conversations.json": [],
        "top/chat.html": b"<html>",
    }

    assert unpacked(opened(zipped(files))) == [JSON]


def test_conversations_under_unknown_names_are_found_by_their_shape() -> None:
    container = opened(zipped({"b/other.json": {"a": 1}, "b/My talk.json": CHATS[0]}))

    assert [part.name for part in container.parts] == ["My talk.json"]


def test_no_conversation_is_left_out_because_there_are_thousands() -> None:
    files = {f"chat {number}.json": CHATS for number in range(2_500)}

    assert len(opened(zipped(files)).parts) == len(files)


def test_files_of_ai_studio_are_found_whatever_the_person_calls_them() -> None:
    prompt = {"chunkedPrompt": {"chunks": [{"role": "user", "text": "Why?"}]}}
    names = ["Why?", "Version 1.5 of it", "A letter.json"]
    pictures = {"hive": b"\x89PNG", "bee.png": b"\x89PNG"}

    container = opened(
        zipped({f"Google AI Studio/{name}": prompt for name in names} | pictures)
    )

    assert sorted(part.name for part in container.parts) == sorted(names)


def encrypted(file: io.BytesIO, name: str) -> io.BytesIO:
    content = bytearray(file.getvalue())
    entry = content.rindex(name.encode()) - 46
    content[entry + 8] |= 1
    return io.BytesIO(content)


def test_a_picture_without_an_extension_refuses_nothing_and_is_named() -> None:
    file = zipped({"My talk.json": CHATS[0], "hive": b"\x89PNG"})

    container = opened(encrypted(file, "hive"))

    assert [part.name for part in container.parts] == ["My talk.json"]
    assert container.unreadable == ("hive",)


@pytest.mark.parametrize("name", ["My talk.json", "My talk"])
def test_what_could_hold_all_conversations_refuses_the_file(name: str) -> None:
    file = zipped({name: CHATS[0], "bee.png": b"\x89PNG"})

    with pytest.raises(failures.ZipEncrypted):
        opened(encrypted(file, name))


def test_a_shard_that_the_manifest_lists_in_vain_is_reported() -> None:
    shards = ["conversations-000.json", "conversations-001.json"]
    manifest = {"logical_files": {"conversations.json": {"files": shards, "sharded": True}}}

    container = opened(zipped({shards[0]: CHATS, "export_manifest.json": manifest}))

    assert container.missing == ("conversations-001.json",)


def test_a_shard_that_was_downloaded_twice_is_not_absent() -> None:
    manifest = {"export_files": [{"path": "conversations-000.json"}]}
    files = {"conversations-000 (1).json": CHATS, "export_manifest.json": manifest}

    assert opened(zipped(files)).missing == ()


def test_a_shard_that_the_manifest_does_not_list_is_read_all_the_same() -> None:
    manifest = {"export_files": [{"path": "conversations-000.json"}]}
    files = {
        "conversations-000.json": CHATS,
        "conversations-001.json": CHATS,
        "export_manifest.json": manifest,
    }

    container = opened(zipped(files))

    assert len(container.parts) == 2
    assert container.missing == ()


def test_a_zip_with_more_files_than_the_old_format_can_count_is_read() -> None:
    assets: dict[str, Any] = {f"{number:05}.dat": b"" for number in range(65_600)}

    assert unpacked(opened(zipped({**assets, "conversations.json": CHATS}))) == [JSON]


def test_the_side_files_of_claude_are_read_behind_its_conversations() -> None:
    project = "projects/0123abcd-0000.json"
    names = ["memories.json", project, "conversations.json", "users.json"]

    container = opened(zipped({f"export/{name}": CHATS for name in names}))

    assert [part.name for part in container.parts] == [
        "conversations.json",
        "memories.json",
        "0123abcd-0000.json",
    ]


def test_the_history_of_gemini_in_workspace_is_read_though_it_is_named_text() -> None:
    folder = "Takeout/Gemini in Workspace/Conversation History"
    files = {f"{folder}/conversation_1.txt": CHATS, f"{folder}/readme.txt": b"Hello"}

    assert unpacked(opened(zipped(files))) == [JSON]


@pytest.mark.parametrize(
    ("conversations", "other"),
    [
        ("conversations.json", "memories/0123abcd-0000.json"),
        ("conversations.json", "design_chats/0123abcd-0000.json"),
        ("conversations.json", "conversations/0123abcd-0000.json"),
        ("conversations-000/conversations.json", "memories-000/memories.json"),
        ("conversations-000/conversations.json", "projects-000/projects/0123abcd.json"),
    ],
)
def test_what_claude_exports_in_several_files_is_read_behind_its_conversations(
    conversations: str, other: str
) -> None:
    files = {f"export/{other}": CHATS, f"export/{conversations}": CHATS}

    container = opened(zipped(files))

    assert [part.name for part in container.parts] == [
        "conversations.json",
        other.rpartition("/")[2],
    ]


def test_a_file_of_the_person_is_not_taken_for_a_side_file() -> None:
    files = {"conversations.json": CHATS, "user-1/mnt/data/memories.json": b"not JSON"}

    assert unpacked(opened(zipped(files))) == [JSON]


class Stream(io.BytesIO):
    """A file that can only be appended to, so that a ZIP gets its sizes afterwards."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_a_zip_that_was_written_as_a_stream_is_read() -> None:
    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", JSON)

    assert unpacked(opened(io.BytesIO(stream.getvalue()))) == [JSON]


def test_json_may_begin_with_a_lot_of_white_space() -> None:
    content = b" " * 10_000 + JSON

    assert unpacked(opened(io.BytesIO(content))) == [content]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_ambiguous() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("conversations.json", "[]")
        archive.writestr("conversations.json", "[1]")

    with pytest.raises(failures.ZipAmbiguous):
        opened(file)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (io.BytesIO(), "empty_file"),
        (io.BytesIO(b"  \n"), "empty_file"),
        (io.BytesIO(bytes(100)), "incomplete_file"),
        (io.BytesIO(b"<!DOCTYPE html>"), "unsupported_file"),
        (io.BytesIO(b"Rar!\x1a\x07"), "unsupported_file"),
        (io.BytesIO(b"junk" + zipped({"a": CHATS}).getvalue()), "unsupported_file"),
        (io.BytesIO(b"Dear diary"), "not_an_export"),
        (zipped({}), "not_an_export"),
        (zipped({"chat.html": b"<html>"}), "not_an_export"),
        (zipped({"a.png": b"1", "user.json": {}}), "not_an_export"),
        (
            zipped({"export.zip": zipped({"conversations.json": []}).getvalue()}),
            "nested_zip",
        ),
        (
            io.BytesIO(zipped({"conversations.json": CHATS}).getvalue()[:-30]),
            "incomplete_file",
        ),
        (zipped({"conversations.json": ZEROS}), "zip_bomb"),
        (zipped({"conversations.json": CHATS}, method=zipfile.ZIP_BZIP2), "zip_method"),
    ],
)
def test_what_cannot_be_read_is_refused_when_it_is_opened(
    file: io.BytesIO, code: str
) -> None:
    with pytest.raises(failures.ExportFailure) as caught:
        opened(file)

    assert caught.value.code == code
    assert caught.value.detail


@pytest.mark.parametrize(
    "name",
    [
        "My Activity/Gemini Apps/MyActivity.html",
        "Meine Aktivitäten/Gemini-Apps/MeineAktivitäten.html",
    ],
)
def test_an_activity_in_html_is_told_from_one_in_json(name: str) -> None:
    file = zipped({f"Takeout/{name}": b"<html>"})

    with pytest.raises(failures.NotAnExport, match="Google Takeout"):
        opened(file)


def test_a_member_without_a_name_is_no_conversation() -> None:
    content = zipped({"a name": b"1"}).getvalue().replace(b"a name", b"")
    directory, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    nameless = bytearray(content)
    struct.pack_into("<H", nameless, 26, 0)
    struct.pack_into("<H", nameless, directory + 28, 0)
    struct.pack_into("<LL", nameless, end + 12, end - directory, directory)

    with pytest.raises(failures.NotAnExport):
        opened(io.BytesIO(nameless))


def test_a_password_is_named() -> None:
    file = zipped({"conversations.json": CHATS})
    directory = file.getvalue().index(b"PK\x01\x02")
    content = bytearray(file.getvalue())
    content[directory + 8] |= 1

    with pytest.raises(failures.ZipEncrypted):
        opened(io.BytesIO(content))


def test_members_that_share_bytes_are_refused() -> None:
    file = zipped({"conversations-1.json": CHATS, "conversations-2.json": CHATS})
    content = bytearray(file.getvalue())
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<L", content, second + 42, 10)

    with pytest.raises(failures.ZipOverlap):
        opened(io.BytesIO(content))


def test_more_files_than_are_announced_are_counted() -> None:
    content = bytearray(zipped({f"{number}.json": b"" for number in range(12)}).getvalue())
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", content, end + 8, 1, 1)

    with pytest.raises(failures.ZipTooManyFiles):
        opened(io.BytesIO(content), limits=replace(LIMITS, max_entries=10))


@pytest.mark.parametrize("comment", [b"", bytes(65_535)], ids=["plain", "long comment"])
def test_a_directory_is_looked_for_where_it_will_be_read(comment: bytes) -> None:
    """One end record says how it is, the other, harmless one is where nobody may look."""
    content = zipped({f"{number}.json": b"" for number in range(12)}).getvalue()
    directory, end = content.find(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    harmless, real = (
        struct.pack(
            "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, directory + 56
        )
        for size in (60, end - directory)
    )
    short = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 60, 0, len(comment))

    def pointing(at: int) -> bytes:
        return struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1) + short + comment

    begin = content[:directory] + harmless + content[directory:end]
    honest = begin + real + pointing(len(begin))
    elsewhere = begin + real + pointing(directory)
    twice = begin + real + harmless + pointing(len(begin))

    limits = replace(LIMITS, max_entries=10)
    with pytest.raises(failures.ZipTooManyFiles):
        opened(io.BytesIO(honest), limits=limits)
    for file in (elsewhere, twice):
        with pytest.raises(failures.ZipCorrupt):
            opened(io.BytesIO(file), limits=limits)


def test_too_many_files_are_refused_before_they_are_listed() -> None:
    limits = Limits(
        max_unpacked_bytes=1 << 30, max_conversation_bytes=1 << 20, max_entries=2
    )

    with pytest.raises(failures.ZipTooManyFiles):
        opened(zipped({str(n): b"" for n in range(3)}), limits=limits)


@pytest.mark.parametrize("file", [io.BytesIO(JSON), zipped({"conversations.json": CHATS})])
def test_an_export_beyond_the_limit_is_too_large(file: io.BytesIO) -> None:
    limits = Limits(max_unpacked_bytes=1_000, max_conversation_bytes=1_000)

    with pytest.raises(failures.TooLarge):
        opened(file, limits=limits)


def test_one_file_may_be_as_large_as_all_of_them_together() -> None:
    member = zipfile.ZipInfo("conversations.json")
    member.file_size, member.compress_size, member.header_offset = 15 << 30, 2 << 30, 0
    archive: Any = SimpleNamespace(members=(member,))

    with pytest.raises(StopIteration) as end:
        next(choose(archive, limits=LIMITS, looked={}))

    (part,) = end.value.value.parts
    assert part.size == 15 << 30


@pytest.mark.parametrize("change", [-1, 1])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_declared_size_that_is_not_the_real_one_is_refused(
    change: int, method: int
) -> None:
    file = zipped({"conversations.json": CHATS}, method=method)
    content = bytearray(file.getvalue())
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<L", content, directory + 24, len(JSON) + change)

    with pytest.raises(failures.ZipSizeMismatch):
        unpacked(opened(io.BytesIO(content)))


def test_a_wrong_checksum_is_refused() -> None:
    file = zipped({"conversations.json": CHATS}, method=zipfile.ZIP_STORED)

    with pytest.raises(failures.ZipCorrupt, match="checksum"):
        unpacked(opened(patched(file, b"Question first", b"Question worst")))


def test_a_gzip_that_breaks_off_is_incomplete() -> None:
    with pytest.raises(failures.IncompleteFile):
        unpacked(opened(io.BytesIO(gzip.compress(JSON)[:-10])))


def test_a_damaged_gzip_is_refused() -> None:
    content = bytearray(gzip.compress(JSON))
    content[-6] ^= 1

    with pytest.raises(failures.GzipCorrupt):
        unpacked(opened(io.BytesIO(content)))


def test_a_gzip_bomb_is_stopped_while_it_unpacks() -> None:
    with pytest.raises(failures.ZipBomb):
        unpacked(opened(io.BytesIO(gzip.compress(ZEROS))))


class Watched(io.BytesIO):
    """A file that counts what is read of it."""

    travelled = 0

    def read(self, size: int | None = -1) -> bytes:
        block = super().read(size)
        self.travelled += len(block)
        return block


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_of_a_file_that_could_be_a_conversation_only_the_head_is_read(method: int) -> None:
    pictures = {f"picture {n}": random.Random(n).randbytes(900_000) for n in range(5)}
    whole = zipped({**pictures, "chat": CHATS}, method=method)
    file = Watched(whole.getvalue())

    container = open_container(file, size=len(whole.getvalue()), limits=LIMITS)

    assert [part.name for part in container.parts] == ["chat"]
    assert file.travelled < 1_000_000


def test_of_a_zip_only_the_directory_and_the_conversations_are_read() -> None:
    images = {f"image-{n}.png": bytes(500_000) for n in range(20)}
    whole = zipped({**images, "conversations.json": CHATS}, method=zipfile.ZIP_STORED)
    file = Watched(whole.getvalue())

    unpacked(open_container(file, size=len(whole.getvalue()), limits=LIMITS))

    assert file.travelled < 250_000
