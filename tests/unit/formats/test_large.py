"""A huge conversation decoded node by node is the same as one decoded in one go."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imports.errors import IncompleteDownload
from imports.formats import (
    Conversation,
    ExportFailure,
    Position,
    read_conversations,
    slicing,
)
from imports.formats.chatgpt import large, wire
from imports.formats.chatgpt.reading import DECODER, build_conversation
from imports.formats.decoding import Undecodable, decode_lenient, decode_typed, mold
from imports.formats.slicing import Element, Slicer, array_elements
from imports.formats.sources import Source, open_source
from tests.unit.formats.chats import LIMITS, chat, message, read

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(-1, 1),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)

nodes = st.sampled_from(
    [
        '{"parent": "a", "children": ["b", 1], "message": {"content": {"parts": ["x"]}}}',
        '{"parent": null, "children": "b"}',
        '{"author": {"role": "user"}}',
        '{"message": 3}',
        "null",
        "[]",
    ]
)
mappings = st.lists(st.tuples(st.sampled_from('abc"'), nodes), max_size=5).map(
    lambda items: "{" + ", ".join(f"{json.dumps(k)}:{v}" for k, v in items) + "}"
)
fields = st.one_of(
    st.tuples(st.just("mapping"), mappings | st.sampled_from(["null", "[1]"])),
    st.tuples(
        st.sampled_from(["title", "current_node", "id", "create_time", "plugin_ids"]),
        st.sampled_from(["null", '"a"', "7", "[{}, 1]", '{"mapping": {}}', '"\\ud83d"']),
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(fields, max_size=6), st.sampled_from(["", " ", "\n "]))
@example([("mapping", '{"a": {"author": {"role": "user"}}}'), ("mapping", "null")], "")
@example([("mapping", "null"), ("mapping", '{"a": {"author": {"role": "user"}}}')], "")
@example([("plugin_ids", '"\\ud83d"')], "")
def test_node_by_node_a_conversation_is_the_same(
    found: list[tuple[str, str]], space: str
) -> None:
    body = f",{space}".join(f'"{key}"{space}:{space}{value}' for key, value in found)
    element = _first_of(f"[{space}{{{space}{body}{space}}}{space}]".encode())

    by_node = large.decode_large(element)
    whole = decode_typed(element, DECODER) or mold(
        wire.Conversation, decode_lenient(element)
    )

    assert by_node is None or (whole and _built(by_node) == _built(whole))


def test_a_huge_conversation_is_read_in_full(tmp_path: Path) -> None:
    long = chat(*[message(f"{n} " + "word " * 1_000) for n in range(600)], chat_id="long")

    first, second = read([long, chat(message("short"), chat_id="short")], tmp_path)

    assert isinstance(first, Conversation)
    assert isinstance(second, Conversation)
    assert len(first.messages) == 600
    assert all(each.is_active for each in first.messages)
    assert second.source_id == "short"


@settings(max_examples=150, deadline=None)
@given(values, st.integers(4, 40), st.sampled_from([None, 1]))
def test_measured_by_its_parts_any_value_is_the_same(
    value: Any, window: int, indent: int | None
) -> None:
    content = json.dumps([value, value], indent=indent).encode()
    usual = [bytes(each.data) for each in _elements(content)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slicing, "_WINDOW_BYTES", window)
        by_parts = [bytes(each.data) for each in _elements(content)]

    assert by_parts == usual


@settings(max_examples=150, deadline=None)
@given(values, st.integers(4, 40), st.data())
def test_measured_by_its_parts_any_damage_is_found_at_the_same_byte(
    value: Any, window: int, data: st.DataObject
) -> None:
    content = bytearray(json.dumps([value, value]).encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    usual = _until_failure(bytes(content))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slicing, "_WINDOW_BYTES", window)
        by_parts = _until_failure(bytes(content))

    assert by_parts == usual


def test_a_huge_value_is_let_go_of_while_it_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    path.write_bytes(json.dumps([{"a": ["x" * 1_000] * 20_000}]).encode())
    source = open_source(path)
    before = _resident_bytes()

    element = next(_elements_of(source))

    assert len(element.data) > 20_000_000
    assert _resident_bytes() - before < 10_000_000


def test_a_huge_value_of_small_parts_is_measured_in_one_go() -> None:
    small = b"[" + b'{"a":"b"},' * (slicing._WINDOW_BYTES // 5) + b"1]"

    (element,) = _elements(b"[" + small + b"]")

    assert bytes(element.data) == small
    assert element.source is None


@pytest.mark.parametrize(
    "dense",
    [
        "[" + "{}," * 2_100_000 + "1]",
        '{"mapping":{"a":{"message":{"content":{"parts":[' + '"",' * 2_100_000 + "1]}}}}}",
    ],
)
def test_a_record_of_too_many_values_is_skipped_before_it_fills_the_memory(
    dense: str, tmp_path: Path
) -> None:
    first, last = (json.dumps(chat(message(), chat_id=name)) for name in ("one", "two"))

    records = read(f"[{first},{dense},{last}]".encode(), tmp_path)

    assert [getattr(record, "reason", "") for record in records] == [
        "",
        "conversation_too_large",
        "",
    ]


def test_commas_of_a_text_are_no_values(tmp_path: Path) -> None:
    table = '1,2,3\n\\",' * 900_000

    (record,) = read([chat(message(table))], tmp_path)

    assert isinstance(record, Conversation)
    assert record.messages[0].text == table


def test_a_file_that_is_cut_off_while_it_is_read_ends_reading_and_not_the_process(
    tmp_path: Path,
) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(json.dumps([chat(message("word " * 20_000))] * 50).encode())
    records = read_conversations([path], limits=LIMITS)
    next(records)
    os.truncate(path, 1 << 16)

    with pytest.raises(IncompleteDownload):
        list(records)


def _resident_bytes() -> int:
    return psutil.Process().memory_info().rss


def _first_of(content: bytes) -> Element:
    return next(_elements(content))._replace(source=Source(content))


def _elements(content: bytes) -> Iterator[Element]:
    return _elements_of(Source(content))


def _elements_of(source: Source) -> Iterator[Element]:
    slicer = Slicer(source, offset=0, max_element_bytes=1 << 26, max_depth=512)
    return array_elements(slicer, is_resumed=False)


def _until_failure(content: bytes) -> tuple[list[tuple[bytes, str]], str]:
    seen: list[tuple[bytes, str]] = []
    try:
        seen.extend((bytes(e.data), e.problem) for e in _elements(content))
    except ExportFailure as failure:
        return seen, f"{failure.code}: {failure.detail}"
    return seen, ""


def _built(source: wire.Conversation) -> Conversation | str:
    try:
        return build_conversation(source, Position(part=0, offset=0), LIMITS)
    except Undecodable as error:
        return error.reason
