"""Where an element ends is guessed by how others begin; nothing may come out of it changed."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.formats import ExportFailure, Record, guessing, read_conversations
from imports.formats.chatgpt import DECODER
from imports.formats.slicing import Element, Slicer, array_elements
from imports.formats.sources import Source
from tests.pace import seconds_of
from tests.unit.formats.chats import LIMITS, chat, message, three_chats

# What begins as a conversation does stands in some of them, too: a false border.
false_borders = st.lists(
    st.fixed_dictionaries({"title": st.text(max_size=5), "create_time": st.integers()}),
    max_size=3,
)
chats = st.builds(
    lambda text, title, inner, odd: {
        **chat(message(text, metadata={"search": inner}), title=title, safe_urls=inner),
        **odd,
    },
    st.sampled_from(["Hello", '"}, {"title": "a", "create_time": 1', "\\", "x" * 300]),
    st.sampled_from(["A title", "", 'a "quoted" one', "naïve", None, 7]),
    false_borders,
    st.sampled_from(
        [{}, {"mapping": None}, {"mapping": 3}, {"title": {"a": 1}}, {"id": 5}]
    ),
)
documents = st.builds(
    lambda records, indent, wrapped: json.dumps(
        {"conversations": records} if wrapped else records, indent=indent
    ),
    st.lists(chats | st.just({"title": "a", "create_time": 1}) | st.just(5), max_size=6),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)
lines = st.lists(chats, max_size=5).map(lambda all_: "\n".join(map(json.dumps, all_)))


@settings(max_examples=300, deadline=None)
@given(documents | lines)
def test_guessed_or_measured_any_file_gives_the_same_records(document: str) -> None:
    assert _outcome(document.encode()) == _outcome(document.encode(), guessed_bytes=0)


@settings(max_examples=300, deadline=None)
@given(documents, st.data())
def test_guessed_or_measured_any_damage_ends_the_same(
    document: str, data: st.DataObject
) -> None:
    content = bytearray(document.encode())
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]

    assert _outcome(bytes(content)) == _outcome(bytes(content), guessed_bytes=0)


def test_behind_the_first_every_element_is_guessed_but_the_last() -> None:
    many = three_chats() * 3

    elements = _elements(json.dumps(many).encode())

    assert [each.decoded is not None for each in elements] == [False, *[True] * 7, False]


@pytest.mark.parametrize("count", [20_000, 80_000])
def test_borders_that_are_all_false_cost_no_more_than_their_bytes(count: int) -> None:
    record = {
        "title": "a",
        "create_time": 1,
        "urls": [{"title": "b", "create_time": 2}] * 2,
    }
    content = json.dumps([record] * count).encode()
    began = time.process_time()

    elements = _elements(content)

    assert len(elements) == count
    assert time.process_time() - began < seconds_of(200_000_000 + 50 * len(content))


def _elements(content: bytes) -> list[Element]:
    slicer = Slicer(
        Source(content),
        offset=0,
        max_element_bytes=1 << 20,
        max_depth=512,
        decode=DECODER.decode,
    )
    return list(array_elements(slicer, is_resumed=False))


def _outcome(content: bytes, *, guessed_bytes: int = 4_000_000) -> tuple[list[Record], Any]:
    records: list[Record] = []
    failure = None
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(guessing, "_MOST_BYTES", guessed_bytes)
        path = Path(folder, "conversations.json")
        path.write_bytes(content)
        try:
            records.extend(read_conversations([path], limits=LIMITS))
        except ExportFailure as error:
            failure = (type(error), str(error))
    return records, failure
