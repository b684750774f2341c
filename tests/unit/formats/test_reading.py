from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from imports.errors import DiskFull
from imports.formats import (
    Conversation,
    Position,
    Skipped,
    failures,
    read_conversations,
    sources,
)
from tests.unit.formats.chats import LIMITS, chat, message, read, three_chats

CHATS = three_chats()
IDS = ["first", "second", "third"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(json.dumps(CHATS).encode(), id="bare array"),
        pytest.param(json.dumps(CHATS, indent=2).encode(), id="pretty-printed"),
        pytest.param(b"\xef\xbb\xbf" + json.dumps(CHATS).encode(), id="byte order mark"),
        pytest.param(json.dumps(CHATS).encode("utf-16"), id="utf-16"),
        pytest.param(json.dumps(CHATS).encode("utf-16-be"), id="utf-16 without a mark"),
        pytest.param(json.dumps({"conversations": CHATS}).encode(), id="wrapped"),
        pytest.param(
            json.dumps({"a": {"b": [1]}, "data": {"items": CHATS}, "z": 1}).encode(),
            id="wrapped twice",
        ),
        pytest.param(
            json.dumps({"projects": ["x" * 99] * 9999, "conversations": CHATS}).encode(),
            id="behind something large",
        ),
        pytest.param("\n".join(map(json.dumps, CHATS)).encode(), id="json lines"),
    ],
)
def test_the_conversations_are_found_in_every_wrapping(
    content: bytes, tmp_path: Path
) -> None:
    records = read(content, tmp_path)

    assert [record.source_id for record in records] == IDS
    assert all(isinstance(record, Conversation) for record in records)


def test_an_object_of_endless_keys_is_not_searched_to_its_end(tmp_path: Path) -> None:
    keys = {f"key {number}": 0 for number in range(20_000)}

    with pytest.raises(failures.NotAnExport):
        read({**keys, "conversations": CHATS}, tmp_path)


@pytest.mark.parametrize("wrapping", [lambda c: c, lambda c: {"raw_provider_payload": c}])
def test_a_file_may_hold_a_single_conversation(wrapping, tmp_path: Path) -> None:
    records = read(wrapping(chat(message(), chat_id="only")), tmp_path)

    assert [record.source_id for record in records] == ["only"]


@pytest.mark.parametrize("content", [b"[]", b" [ ] \n", b'{"conversations": []}'])
def test_an_account_without_conversations_is_no_failure(
    content: bytes, tmp_path: Path
) -> None:
    assert read(content, tmp_path) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("done", [1, 2, 3])
def test_reading_goes_on_behind_the_last_stored_record(
    encoding: str, done: int, tmp_path: Path
) -> None:
    content = json.dumps({"conversations": CHATS, "more": 1}).encode(encoding)
    records = read(content, tmp_path)

    resumed = read(content, tmp_path, start=records[done - 1].position)

    assert resumed == records[done:]


@pytest.mark.parametrize("done", [1, 2, 3])
def test_reading_goes_on_as_it_began_though_the_head_is_damaged(
    done: int, tmp_path: Path
) -> None:
    content = json.dumps([{"a": float("nan")}, CHATS[0], {"title": "odd"}, CHATS[1]])
    records = read(content.encode(), tmp_path)

    resumed = read(content.encode(), tmp_path, start=records[done - 1].position)

    assert [getattr(record, "reason", "") for record in records] == [
        "not_a_conversation",
        "",
        "no_mapping",
        "",
    ]
    assert resumed == records[done:]


def test_parts_are_read_one_after_the_other_and_resumed_in_the_middle(
    tmp_path: Path,
) -> None:
    parts = [tmp_path / "conversations-000.json", tmp_path / "conversations-001.json"]
    parts[0].write_text(json.dumps(CHATS[:1]))
    parts[1].write_text(json.dumps(CHATS[1:]))

    records = list(read_conversations(parts, limits=LIMITS))
    resumed = list(read_conversations(parts, limits=LIMITS, start=records[1].position))

    assert [record.position.part for record in records] == [0, 1, 1]
    assert resumed == records[2:]


@pytest.mark.parametrize(
    "odd", [None, "text", 7, 1.5, True, [], {}, {"title": "no mapping"}]
)
def test_an_odd_record_costs_itself_and_nothing_else(odd: object, tmp_path: Path) -> None:
    records = read([CHATS[0], odd, CHATS[1]], tmp_path)

    assert [type(record) for record in records] == [Conversation, Skipped, Conversation]


def test_a_record_that_is_not_json_inside_is_skipped_with_its_reason(
    tmp_path: Path,
) -> None:
    content = json.dumps([CHATS[0], "BROKEN", CHATS[1]]).replace('"BROKEN"', '{"a" 1}')

    records = read(content.encode(), tmp_path)

    assert [getattr(record, "reason", "") for record in records] == ["", "invalid_json", ""]


def test_a_conversation_beyond_the_limit_is_skipped_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    limits = type(LIMITS)(max_unpacked_bytes=1 << 30, max_conversation_bytes=1 << 21)
    huge = chat(message("x" * (3 << 20)), chat_id="huge")

    records = read([CHATS[0], huge, CHATS[1]], tmp_path, limits=limits)

    assert records[1].reason == "conversation_too_large"
    assert [records[0].source_id, records[2].source_id] == ["first", "second"]


def test_a_record_that_nests_too_deep_is_skipped_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    content = json.dumps([CHATS[0], "DEEP", CHATS[1]])
    content = content.replace('"DEEP"', '{"mapping":' + "[" * 50_000 + "]" * 50_000 + "}")

    records = read(content.encode(), tmp_path)

    assert [getattr(record, "reason", "") for record in records] == [
        "",
        "nested_too_deep",
        "",
    ]


@pytest.mark.parametrize("cut", [1, 2, 50, 900])
def test_a_file_that_breaks_off_yields_what_came_before(cut: int, tmp_path: Path) -> None:
    content = json.dumps(CHATS).encode()[:-cut]
    path = tmp_path / "conversations.json"
    path.write_bytes(content)
    records = read_conversations([path], limits=LIMITS)
    before = [next(records), next(records)]

    with pytest.raises(failures.TruncatedJson, match=f"byte {len(content):,}"):
        before.extend(records)

    assert [record.source_id for record in before] == IDS[: len(before)]


def test_a_whole_last_conversation_survives_the_cut_right_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(json.dumps(CHATS).encode()[:-1])
    records = read_conversations([path], limits=LIMITS)

    whole = [next(records), next(records), next(records)]

    assert [record.source_id for record in whole] == IDS


def test_damage_between_conversations_is_named_with_its_place(tmp_path: Path) -> None:
    content = json.dumps([CHATS[0], 77, CHATS[1]]).encode().replace(b", 77,", b", 77;")

    with pytest.raises(failures.CorruptJson, match=f"byte {content.index(b';'):,}"):
        read(content, tmp_path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \n\t", "empty_file"),
        (b"{}", "not_an_export"),
        (b'{"a": 1}', "not_an_export"),
        (b"[1, 2]", "not_an_export"),
        (b'[{"a": 1}]', "not_an_export"),
        (b'"text"', "corrupt_json"),
        (b"[", "truncated_json"),
        (b"{", "truncated_json"),
        (b"[]x", "corrupt_json"),
        (b'{"mapping": {}}\x0b', "corrupt_json"),
        (b'{"mapping": {}}\x00', "corrupt_json"),
        (b'[{"mapping": {}, "id": "1"}]', "no_messages"),
        (
            b'[{"id": "1", "conversation_id": "2", "title": "3", "is_anonymous": true}]',
            "index_not_conversations",
        ),
        (b'{"version": 1, "manifest_file": "export_manifest.json"}', "manifest_only"),
        (b'{"urls": ["https://example.com/conversations-000.zip"]}', "manifest_only"),
        (b'{"data": {"chat_session": {}, "chat_messages": [{"a": 1}]}}', "not_an_export"),
        (b'{"conversations": [], "media_posts": [{"id": "1"}]}', "no_messages"),
    ],
)
def test_what_is_no_export_is_refused_by_its_name(
    content: bytes, code: str, tmp_path: Path
) -> None:
    with pytest.raises(failures.ExportFailure) as caught:
        read(content, tmp_path)

    assert caught.value.code == code
    assert caught.value.detail


def test_a_refusal_names_keys_and_never_values(tmp_path: Path) -> None:
    with pytest.raises(failures.NotAnExport) as caught:
        read([{"name": "secret words"}], tmp_path)

    assert "name" in caught.value.detail
    assert "secret" not in caught.value.detail


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a": 1}', "an object with the keys a"),
        (b'[{"a": 1}]', "a list of objects with the keys a"),
        (b'{"a": 1}\n{"a": 2}', "a list of objects with the keys a"),
    ],
)
def test_a_refusal_tells_one_object_from_a_list(
    content: bytes, words: str, tmp_path: Path
) -> None:
    with pytest.raises(failures.NotAnExport, match=words):
        read(content, tmp_path)


def test_an_unknown_file_among_others_is_skipped(tmp_path: Path) -> None:
    odd, good = tmp_path / "odd.json", tmp_path / "conversations.json"
    odd.write_text('{"a": 1}')
    good.write_text(json.dumps(CHATS))

    records = list(read_conversations([odd, good], limits=LIMITS))

    assert [record.reason for record in records if isinstance(record, Skipped)] == [
        "not_a_conversation",
        "unknown_file",
    ]
    assert len(records) == 5


def test_positions_grow_and_end_inside_the_file(tmp_path: Path) -> None:
    records = read(CHATS, tmp_path)

    positions = [record.position for record in records]

    assert positions == sorted(positions)
    assert positions[-1] == Position(part=0, offset=len(json.dumps(CHATS)) - 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_very_large_conversation_is_read_whole_and_so_is_the_next(
    encoding: str, tmp_path: Path
) -> None:
    huge = chat(message("long " * 2_000_000), chat_id="huge")

    records = read(json.dumps([CHATS[0], huge, *CHATS[1:]]).encode(encoding), tmp_path)

    assert [record.source_id for record in records] == ["first", "huge", "second", "third"]
    assert len(records[1].messages[0].text) == 10_000_000 - 1_611_392


def test_a_very_large_conversation_that_breaks_off_is_named(tmp_path: Path) -> None:
    content = json.dumps([CHATS[0], chat(message("x" * 10_000_000))]).encode()[:-50]

    with pytest.raises(failures.TruncatedJson, match=f"byte {len(content):,}"):
        read(content, tmp_path)


def test_damage_in_a_very_large_conversation_is_named_with_its_place(
    tmp_path: Path,
) -> None:
    content = json.dumps([chat(message("x" * 10_000_000)), CHATS[0]]).encode()
    content = content.replace(b'"author"', b'"author', 1)

    with pytest.raises(failures.CorruptJson, match="byte"):
        read(content, tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what is resident")
def test_what_was_read_does_not_stay_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    one = json.dumps(chat(message("many words " * 100_000))).encode()
    path.write_bytes(b"[" + b",".join([one] * 40) + b"]")
    before = _resident_file_bytes()

    grown = [
        _resident_file_bytes() - before for _ in read_conversations([path], limits=LIMITS)
    ]

    assert len(grown) == 40
    assert max(grown) < 10_000_000 < path.stat().st_size


def _resident_file_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(
        int(line.split()[1]) * 1024 for line in status.splitlines() if "RssFile" in line
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_disk_without_room_to_write_a_file_anew_is_named(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(json.dumps(CHATS).encode("utf-16"))

    with (
        path.open("rb") as file,
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(DiskFull),
    ):
        sources.recode(file, full, encoding="utf-16")
